"""Rules for tests, and the steps by which members come to them on the sandbox."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chaincode.domain.keys import Kind, counterpart, record_key, word_key
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.series import series_of
from tests.support.records import text_of
from tests.support.world import HOME, Person, World

Document = dict[str, Any]
RULE = "a1" * 16
SCOPES: Mapping[str, Document] = {
    "internal": {"kind": "internal"},
    "bilateral": {"kind": "bilateral", "members": ["alphaMSP", "betaMSP"]},
    "alliance": {"kind": "alliance", "alliance": "north"},
}


def rule_document(
    scope: str = "alliance",
    *,
    first: str = "2026-09-01",
    last: str | None = None,
    minimum: str | None = "60.00",
    title: str = "Distributed systems for operating systems",
    decider: str = HOME,
    mappings: int = 1,
) -> Document:
    """A rule by which `decider` recognises a course, alpha's own where the rule is internal."""
    host = decider if scope == "internal" else "betaMSP" if decider == HOME else HOME
    valid = {"first": first, "time_zone": "UTC"} | ({"last": last} if last else {})
    demands = [] if minimum is None else [minimum_grade(minimum)]
    return {
        "format": "crosscredit/rule/v1",
        "title": title,
        "kind": "recognition",
        "scope": dict(SCOPES[scope]),
        "deciders": [decider],
        "valid": valid,
        "mappings": [
            {
                "id": f"m{place}",
                "host": [{"course": record_key(Kind.COURSE, host, f"{place:032x}", 1)}],
                "home": [
                    {
                        "course": record_key(Kind.COURSE, decider, f"{place + 10_000:032x}", 1),
                        "credits": "6.00",
                    }
                ],
                "conversion": "none",
            }
            for place in range(mappings)
        ],
        "demands": demands,
        "conversions": {"none": {"kind": "pass-only"}},
    }


def framework_document(
    *, first: str = "2026-09-01", last: str | None = None, minimum: str = "70.00"
) -> Document:
    """The authority demands a minimum grade of all rules."""
    valid = {"first": first, "time_zone": "UTC"} | ({"last": last} if last else {})
    return {
        "format": "crosscredit/rule/v1",
        "title": "Minimum grades",
        "kind": "recognition",
        "scope": {"kind": "framework"},
        "deciders": [],
        "valid": valid,
        "demands": [minimum_grade(minimum)],
    }


def minimum_grade(grade: str) -> Document:
    return {"kind": "minimum-grade", "grade": grade, "better": "higher"}


def content_of(document: Document) -> RuleContent:
    return RuleContent.model_validate_json(json.dumps(document))


def digest_of(document: Document) -> str:
    return content_of(document).digest()


async def propose(
    world: World,
    document: Document | None = None,
    *,
    by: str | Person = "registrar@alpha",
    rule: str = RULE,
    number: int = 1,
    hours: float = 24,
    **change: Any,
) -> str:
    """Propose a version; its key."""
    person = by if isinstance(by, Person) else world.people[by]
    series = record_key(Kind.SERIES, person.msp_id, rule)
    if number > 1 and "expected_version" not in change:
        change["expected_version"] = world.version(series)
    arguments = {
        "operation": world.identifier(),
        "rule": rule,
        "number": number,
        "expected_version": None,
        "content": document or rule_document(),
        "answer_by": text_of(world.sandbox.clock() + timedelta(hours=hours)),
    }
    await world.submit(person, "ProposeRule", arguments | change)
    return record_key(Kind.RULE, person.msp_id, rule, number)


def vote_document(world: World, rule: str, *, approve: bool = True, **change: Any) -> Document:
    return {
        "operation": world.identifier(),
        "rule": rule,
        "rule_digest": world.stored(rule)["digest"],
        "approve": approve,
        "reason": None if approve else "credits",
    } | change


async def vote(
    world: World, rule: str, by: str, *, approve: bool = True, **change: Any
) -> Document:
    document = vote_document(world, rule, approve=approve, **change)
    return await world.submit(world.people[by], "VoteOnRule", document)


def ballot_document(world: World, rule: str, **change: Any) -> Document:
    """The arguments of CloseBallot and WithdrawRule."""
    version = world.version(counterpart(rule, Kind.BALLOT))
    return {"operation": world.identifier(), "rule": rule, "expected_version": version} | change


async def close(world: World, rule: str, by: str = "registrar@alpha", **change: Any) -> Document:
    return await world.submit(
        world.people[by], "CloseBallot", ballot_document(world, rule, **change)
    )


async def withdraw(world: World, rule: str, by: str = "registrar@alpha", **change: Any) -> Document:
    return await world.submit(
        world.people[by], "WithdrawRule", ballot_document(world, rule, **change)
    )


async def adopt(world: World, document: Document | None = None, **options: Any) -> str:
    """Propose a rule of the alliance, have beta vote for it, and close."""
    rule = await propose(world, document, **options)
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    return rule


async def adopt_framework(
    world: World, document: Document | None = None, *, rule: str = "f0" * 16, number: int = 1
) -> str:
    """The ministry proposes a framework; alpha and beta make the majority."""
    key = await propose(
        world,
        document or framework_document(),
        by="supervisor@ministry",
        rule=rule,
        number=number,
    )
    for university in ("alpha", "beta"):
        await vote(world, key, f"registrar@{university}")
    await close(world, key, "supervisor@ministry")
    return key


def ballot_of(world: World, rule: str) -> Document:
    return world.stored(counterpart(rule, Kind.BALLOT))


def series_stored(world: World, rule: str) -> Document:
    return world.stored(series_of(rule))


def vote_key(rule: str, member: str) -> str:
    return word_key(Kind.VOTE, rule, member)
