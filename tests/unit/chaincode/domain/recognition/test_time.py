"""What a rule within its limits can cost: a gateway's event loop waits for every evaluation."""

import random
import time

from chaincode.domain.recognition.choice import Option, choose
from chaincode.domain.recognition.counted import Counted
from chaincode.domain.recognition.facts import CountedFacts, CountedHost
from tests.support.recognition import HOME, TERM, course, credit, decide, facts, mapping, rule

AT_MOST = 3.0
"""Seconds of pure computing; it was some 50 of them where nothing bounded it, and is below one."""


def test_intricate_competition_is_given_up_soon() -> None:
    draw = random.Random(1)  # noqa: S311 - a repeatable draw
    options = [
        Option(
            f"m{number}",
            draw.randrange(10**48, 2 * 10**48),
            {f"host {one}": draw.randrange(100, 600) for one in draw.sample(range(64), 10)}
            | {f"home {one}": 1 for one in draw.sample(range(500), 10)},
        )
        for number in range(500)
    ]
    capacity = {thing: 1 if "home" in thing else 600 for one in options for thing in one.uses}
    began = time.process_time()
    choice = choose(options, capacity)
    assert time.process_time() - began < AT_MOST
    assert choice.chosen
    assert not choice.finished


def test_share_caps_count_what_was_counted_before_once() -> None:
    hosts = [f"h{number}MSP" for number in range(24)]
    caps = [
        {"kind": "share-cap", "unit": unit, "of": {"by": "host", "host": host}}
        | {"within": within, "at_most": "90.00"}
        for host in hosts[:12]
        for unit in ("courses", "credits")
        for within in ("term", "degree")
    ]
    content = rule(
        *(
            mapping(
                f"m{number}",
                [course(number + other, hosts[(number + other) % 24]) for other in range(3)],
                [(course(number, HOME), "6.00")],
            )
            for number in range(60)
        ),
        demands=caps,
    )
    before = [
        {"home": course(1_000 + number, HOME), "credits": 600}
        | {"hosts": [{"host": host, "term": TERM} for host in hosts[:20]]}
        for number in range(120)
    ]
    load = {"courses": 900, "credits": 540_000}
    case = facts(
        *(credit(number, hosts[number % 24], term=TERM) for number in range(62)),
        counted=before,
        terms=[{"key": TERM, "load": load}],
        programme={"key": f"programme/{HOME}/{'8' * 32}/1", "load": load},
    )
    began = time.process_time()
    verdict = decide(content, case)
    assert time.process_time() - began < AT_MOST
    assert verdict.items


def test_counting_once_finds_what_looking_at_each_entry_finds() -> None:
    """Against the definition: true for an entry where a host course of it surely counts."""
    draw = random.Random(2)  # noqa: S311 - a repeatable draw
    terms = [None, *(f"term/{HOME}/{number:032x}" for number in range(3))]
    answers = {"yMSP": True, "nMSP": False, "uMSP": None}
    for _ in range(2_000):
        entries = [
            CountedFacts(
                home=course(number, HOME),
                credits=draw.randrange(1, 900),
                hosts=tuple(
                    CountedHost(host=draw.choice(list(answers)), term=draw.choice(terms))
                    for _ in range(draw.randrange(1, 4))
                ),
            )
            for number in range(draw.randrange(4))
        ]
        counted = Counted.of(entries, lambda host: answers[host.host])
        for term in terms:
            found = counted.in_term(term)
            assert (found and (found.courses, found.credits)) == _sum(
                entries, [_of(entry, term, answers) for entry in entries]
            )
        found = counted.in_degree()
        assert (found and (found.courses, found.credits)) == _sum(
            entries, [_some([answers[host.host] for host in entry.hosts]) for entry in entries]
        )


def _of(entry: CountedFacts, term: str | None, answers: dict[str, bool | None]) -> bool | None:
    found: list[bool | None] = []
    for host in entry.hosts:
        there = None if term is None or host.term is None else host.term == term
        both = (answers[host.host], there)
        found.append(False if False in both else None if None in both else True)
    return _some(found)


def _some(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def _sum(entries: list[CountedFacts], answers: list[bool | None]) -> tuple[int, int] | None:
    if None in answers:
        return None
    taken = [entry.credits for entry, answer in zip(entries, answers, strict=True) if answer]
    return len(taken), sum(taken)
