"""A decider that alters what it keeps of a decision: the replay says what was altered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.decision import Decision, DecisionTrigger, Revision
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.recognition.evaluate import LATEST, evaluate
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.custody.errors import SecretUnreadable
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox
from gateway.model.recognition import KeptRevision
from gateway.services.recognition.kept import (
    KeptDecision,
    keep,
    opened_revision,
    sealed_revision,
)
from gateway.services.recognition.replay import replayed
from tests.support.recognition import (
    DAY,
    PROGRAMME,
    TERM,
    course,
    credit,
    facts,
    mapping,
    rule,
)

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = record_key(Kind.DECISION, "alphaMSP", "7" * 32)
BY = f"account/alphaMSP/{'a' * 32}"
BOX = SecretBox(MasterKeys(bytes(range(32))))
MEAN = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "half-up", "digits": 1},
}
RULE = rule(
    mapping("pair", [course(1), course(2)], [(course(9, "alphaMSP"), "12.00")], conversion="same")
    | {"combine": MEAN},
    demands=[{"kind": "minimum-grade", "grade": "60.00", "better": "higher"}],
    conversions={"same": {"kind": "unchanged", "better": "higher"}},
)
GIVEN = facts(
    credit(1),
    credit(2, mark=9_000),
    programme={"key": PROGRAMME, "load": {"courses": 30, "credits": 18_000}},
    terms=[{"key": TERM, "load": {"courses": 5, "credits": 3_000}}],
    wanted=[course(9, "alphaMSP")],
)
KEPT = keep(GIVEN, evaluate(RULE, GIVEN, DAY))


@pytest.fixture(scope="module")
def recorded() -> tuple[Decision, RuleVersion]:
    version = RuleVersion.proposed(
        f"rule/alphaMSP/{'6' * 32}/1", RULE, by=BY, at=AT, operation="0" * 32
    )
    decision = Decision.recorded(
        key=KEY,
        decider="alphaMSP",
        rule=version.key,
        rule_digest=version.digest,
        evaluator=LATEST,
        programme=PROGRAMME,
        computed=KEPT.computed(KEY, DAY, automatic=True),
        trigger=DecisionTrigger.APPLICATION,
        by="gateway/alphaMSP",
        at=AT,
        operation="0" * 32,
    )
    return decision, version


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a document that holds no other."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    found = [one for step, item in inner for one in places(item, (*path, step))]
    yield from found or [path]


def others(value: Any) -> Iterator[Any]:
    """Values that might stand there instead: some fit the field."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value[:-1] + ("1" if value.endswith("0") else "0")
            yield from ("confirm", "suspended", "needs-person", "blended", "elective", "lower")
            yield "9.99"
        case _:
            yield from (1, "0613", [], True)
    yield None


def altered(path: tuple[str | int, ...]) -> Iterator[KeptRevision]:
    """What is kept with another value at one place, sealed by whoever holds the master key."""
    for attempt in range(10):
        document: Any = KEPT.model_dump(mode="json")
        *steps, last = path
        place = document
        for step in steps:
            place = place[step]
        values = list(others(place[last]))
        if attempt == len(values):
            return
        if values[attempt] == place[last]:
            continue
        place[last] = values[attempt]
        plain = canonical.encode(document)
        yield KeptRevision(KEY, 1, BOX.seal(plain, owner=KEY, purpose="decision-revision"))


def where(path: tuple[str | int, ...]) -> str:
    """What a replay has to name for an altered place."""
    match path:
        case ("facts", "credits", place, *_):
            return f"/facts/credits/{place}"
        case ("facts", *_):
            return "/facts/others"
        case ("input_salts", 2):
            return "/facts/others"
        case ("input_salts", place):
            return f"/facts/credits/{place}"
        case ("explanation_salt",):
            return "/explanation_commitment"
        case _:
            return "/".join(["", *map(str, path)])


def test_every_altered_field_is_named(recorded: tuple[Decision, RuleVersion]) -> None:
    decision, version = recorded
    revision: Revision = decision.latest
    known = replayed(decision, revision, version, KEPT)
    assert (known.identical, known.differences) == (True, ())
    named = 0
    every = list(places(KEPT.model_dump(mode="json")))
    for path in every:
        readable = False
        for row in altered(path):
            try:
                kept = opened_revision(BOX, row)
            except SecretUnreadable:
                continue  # no decision any more: the replay says `unreadable`
            if kept == KEPT:
                continue  # another way to write the same
            readable = True
            found = replayed(decision, revision, version, kept)
            assert found.identical is False, path
            assert where(path) in found.differences, (path, found.differences)
        named += readable
    assert named > len(every) // 2


def test_every_altered_byte_makes_it_unreadable() -> None:
    row = sealed_revision(BOX, KEY, 1, KEPT)
    for place in [*range(64), *range(64, len(row.sealed), 97), len(row.sealed) - 1]:
        changed = bytearray(row.sealed)
        changed[place] ^= 1
        with pytest.raises(SecretUnreadable):
            opened_revision(BOX, KeptRevision(KEY, 1, bytes(changed)))


@pytest.mark.parametrize("count", [0, 2, 4])
def test_salts_that_belong_to_nothing_are_no_decision(count: int) -> None:
    document = KEPT.model_dump(mode="json")
    document["input_salts"] = ["0" * 64] * count
    sealed = BOX.seal(canonical.encode(document), owner=KEY, purpose="decision-revision")
    with pytest.raises(SecretUnreadable, match="no decision"):
        opened_revision(BOX, KeptRevision(KEY, 1, sealed))


def test_a_fact_that_was_left_out_is_named(recorded: tuple[Decision, RuleVersion]) -> None:
    decision, version = recorded
    fewer = KEPT.facts.model_copy(update={"credits": KEPT.facts.credits[:1]})
    kept = KeptDecision.model_construct(
        **dict(KEPT) | {"facts": fewer, "input_salts": (KEPT.input_salts[0], KEPT.input_salts[2])}
    )
    found = replayed(decision, decision.latest, version, kept)
    assert found.identical is False
    assert "/inputs" in found.differences
