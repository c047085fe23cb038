"""Programmes and terms: published once by whom they bind, and never changed."""

from typing import Any

import pytest

from chaincode.domain.constitution import Constitution, Member, MemberKind
from chaincode.domain.errors import StaleReference
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term
from chaincode.ledger.policy import all_peers_of
from tests.support import world as support
from tests.support.certificates import MSP_IDS, make_authorities
from tests.support.courses import proposal
from tests.support.programmes import PROGRAMME, TERM
from tests.support.qualification import BANK
from tests.support.records import NEXT
from tests.support.world import (
    CONSTITUTION,
    HOME,
    TEACHING,
    VERIFYING,
    Document,
    Invalid,
    Refused,
    World,
)

IDENTIFIER = "5" * 32
DEGREE = record_key(Kind.PROGRAMME, HOME, IDENTIFIER, 1)
WINTER = record_key(Kind.TERM, HOME, IDENTIFIER)


def documents(world: World, function: str, **change: Any) -> Document:
    common = {"operation": world.identifier()}
    if function == "PublishTerm":
        return common | {"term": IDENTIFIER} | TERM | change
    return common | {"programme": IDENTIFIER, "number": 1} | PROGRAMME | change


async def publish(
    world: World, function: str = "PublishProgramme", *, by: str = "registrar@alpha", **change: Any
) -> Document:
    return await world.submit(world.people[by], function, documents(world, function, **change))


async def refusal(
    world: World, function: str, *, by: str = "registrar@alpha", **change: Any
) -> Any:
    with pytest.raises(Refused) as refused:
        await publish(world, function, by=by, **change)
    return refused.value


async def test_a_registrar_publishes_a_programme(world: World) -> None:
    answer = await publish(world)
    assert answer["written"] == [{"key": DEGREE, "version": 1}]
    programme = world.record(Programme, DEGREE)
    assert programme.owner == programme.content.granted_by == HOME
    assert programme.published_by == world.people["registrar@alpha"].account
    assert programme.digest == programme.content.digest()
    assert world.stored(DEGREE)["content"] == PROGRAMME | {"granted_by": HOME}
    assert world.policy(DEGREE) == all_peers_of((HOME,))


async def test_a_registrar_publishes_a_term(world: World) -> None:
    answer = await publish(world, "PublishTerm")
    assert answer["written"] == [{"key": WINTER, "version": 1}]
    term = world.record(Term, WINTER)
    assert (term.owner, term.digest) == (HOME, term.content.digest())
    assert world.stored(WINTER)["content"] == TERM
    assert world.policy(WINTER) == all_peers_of((HOME,))


async def test_a_version_needs_the_members_own_one_before_it(world: World) -> None:
    assert (await refusal(world, "PublishProgramme", number=2)).code == "record-not-found"
    await publish(world)
    refused = await refusal(world, "PublishProgramme", number=3)
    assert (refused.code, refused.facts["key"]) == ("record-not-found", f"{DEGREE[:-1]}2")
    # Another member's first version is none of one's own.
    refused = await refusal(world, "PublishProgramme", by="registrar@beta", number=2)
    assert refused.code == "record-not-found"
    await publish(world, number=2, total=15_000)
    assert world.stored(DEGREE)["content"]["total"] == 14_000
    assert world.stored(f"{DEGREE[:-1]}2")["content"]["total"] == 15_000


@pytest.mark.parametrize("function", ["PublishProgramme", "PublishTerm"])
async def test_what_is_published_is_published_once(world: World, function: str) -> None:
    await publish(world, function)
    refused = await refusal(world, function, title="Another")
    assert refused.code == "record-exists"


@pytest.mark.parametrize("function", ["PublishProgramme", "PublishTerm"])
async def test_another_member_publishes_under_the_same_id_in_its_own_place(
    world: World, function: str
) -> None:
    await publish(world, function)
    before = world.stored(DEGREE if function == "PublishProgramme" else WINTER)
    await publish(world, function, by="registrar@beta", title="Taken over")
    key = DEGREE if function == "PublishProgramme" else WINTER
    assert world.stored(key) == before
    assert world.stored(key.replace(HOME, TEACHING))["owner"] == TEACHING


@pytest.mark.parametrize("function", ["PublishProgramme", "PublishTerm"])
async def test_an_authority_grants_no_degrees(world: World, function: str) -> None:
    refused = await refusal(world, function, by="registrar@ministry")
    assert (refused.code, refused.facts) == ("not-permitted", {"kind": "authority"})
    await publish(world, function)


async def test_a_credit_bank_does(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Member(msp_id="bankMSP", kind=MemberKind.CREDIT_BANK)
    members = tuple(sorted((*CONSTITUTION.members, bank), key=lambda one: one.msp_id))
    content = CONSTITUTION.model_copy(update={"members": members})
    monkeypatch.setattr(support, "CONSTITUTION", content)
    world = World(make_authorities((*MSP_IDS, "bankMSP")))
    await world.found()
    assert world.record(Constitution, "constitution").kind_of("bankMSP") is MemberKind.CREDIT_BANK
    await world.join("registrar@bank", "registrar")
    await publish(world, by="registrar@bank")
    await publish(world, "PublishTerm", by="registrar@bank")
    key = record_key(Kind.PROGRAMME, "bankMSP", IDENTIFIER, 1)
    assert world.record(Programme, key).content.granted_by == "bankMSP"


@pytest.mark.parametrize(
    ("function", "change", "field"),
    [
        ("PublishProgramme", {"total": 0}, "total"),
        ("PublishProgramme", {"total": "140.00"}, "total"),
        ("PublishProgramme", {"number": 0}, "number"),
        ("PublishProgramme", {"groups": []}, "groups"),
        ("PublishProgramme", {"groups": PROGRAMME["groups"] * 20}, "groups"),
        ("PublishProgramme", {"groups": PROGRAMME["groups"] * 2}, "groups.3.id"),
        (
            "PublishProgramme",
            {"groups": [{"id": "a", "title": "A", "at_least": 14_001}]},
            "groups",
        ),
        (
            "PublishProgramme",
            {"minimums": [{"id": "m", "traits": ["online"], "at_least": 14_001}]},
            "minimums.0.at_least",
        ),
        (
            "PublishProgramme",
            {"limits": [{"id": "x", "within": "degree", "traits": ["evil"], "at_most": 1}]},
            "limits.0.traits.0",
        ),
        (
            "PublishProgramme",
            {"limits": [{"id": "x", "within": "institution", "traits": [], "at_most": 6_999}]},
            "limits.0.at_most",
        ),
        ("PublishProgramme", {"granted_by": "betaMSP"}, "granted_by"),
        ("PublishProgramme", {"home_share": 10_001}, "home_share"),
        ("PublishTerm", {"ends_on": "2026-09-30"}, "ends_on"),
        ("PublishTerm", {"ends_on": "2026-11-04"}, "change_weeks"),
        ("PublishTerm", {"starts_on": "2026-02-29"}, "starts_on"),
        ("PublishTerm", {"time_zone": "../../etc/passwd"}, "time_zone"),
        ("PublishTerm", {"time_zone": "Asia/Atlantis"}, "time_zone"),
        ("PublishTerm", {"change_weeks": 6}, "change_weeks"),
        ("PublishTerm", {"academic_year": "2027/29"}, "academic_year"),
        ("PublishTerm", {"academic_year": "2020"}, "academic_year"),
        ("PublishTerm", {"owner": "betaMSP"}, "owner"),
    ],
)
async def test_bad_input_is_refused_with_its_place(
    world: World, function: str, change: Document, field: str
) -> None:
    refused = await refusal(world, function, **change)
    assert (refused.code, refused.field) == ("invalid-argument", field)
    await publish(world, function)


@pytest.mark.parametrize("by", [TEACHING, VERIFYING])
async def test_another_members_programme_cannot_be_made_easier(world: World, by: str) -> None:
    await publish(world)
    programme = world.record(Programme, DEGREE)
    easier = programme.content.model_copy(update={"total": 100})
    forged = programme.next(NEXT, content=easier, digest=easier.digest())
    with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
        await world.overwrite(forged, by=(by,))
    assert world.record(Programme, DEGREE) == programme


async def test_an_owner_who_rewrites_past_the_contracts_is_found_by_the_digest(
    world: World,
) -> None:
    await publish(world)
    await publish(world, "PublishTerm")
    programme, term = world.record(Programme, DEGREE), world.record(Term, WINTER)
    easier = programme.content.model_copy(update={"total": 100})
    longer = term.content.model_copy(update={"change_weeks": 2})
    for forged in (
        programme.next(NEXT, content=easier, digest=easier.digest()),
        term.next(NEXT, content=longer, digest=longer.digest()),
    ):
        await world.overwrite(forged, by=(HOME,))
    with pytest.raises(StaleReference):
        world.record(Programme, DEGREE).require_seen(programme.digest)
    with pytest.raises(StaleReference):
        world.record(Term, WINTER).require_seen(term.digest)


async def test_a_first_version_cannot_be_written_by_its_owner_alone(world: World) -> None:
    programme = Programme.published(
        DEGREE,
        BANK.model_copy(update={"granted_by": HOME}),
        by=world.people["registrar@alpha"].account,
        at=world.sandbox.clock(),
        operation=NEXT,
    )
    with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
        await world.overwrite(programme, by=(HOME,))
    await publish(world)


def listed(key: str, **fields: Any) -> list[Document]:
    return [{"course": key} | fields]


async def offered(world: World) -> str:
    """A course of alpha's that nobody has approved yet."""
    await world.join("teacher@alpha", "teacher")
    identifier = world.identifier()
    document = proposal(world.identifier(), identifier, 1).model_dump(mode="json")
    await world.submit(world.people["teacher@alpha"], "ProposeCourse", document)
    return record_key(Kind.COURSE, HOME, identifier, 1)


async def test_a_programme_lists_approved_courses_of_its_own(world: World) -> None:
    course = await offered(world)
    refused = await refusal(world, "PublishProgramme", courses=listed(course))
    assert (refused.code, refused.field) == ("wrong-state", "courses.0.course")
    check = {"operation": world.identifier(), "course": course, "expected_version": 1}
    await world.submit(world.people["registrar@alpha"], "CheckCourse", check | {"approve": True})
    there = listed(course, category="compulsory", groups=["major"])
    await publish(world, courses=there, course_count=30)
    programme = world.record(Programme, DEGREE)
    assert programme.digest == programme.content.digest()
    content = world.stored(DEGREE)["content"]
    assert (content["courses"], content["course_count"]) == (there, 30)


@pytest.mark.parametrize(
    ("courses", "code", "field"),
    [
        (listed(f"course/{HOME}/{'4' * 32}/1"), "record-not-found", "courses.0.course"),
        (listed(f"course/{TEACHING}/{'4' * 32}/1"), "invalid-argument", "courses.0.course"),
        (listed(f"course/{HOME}/{'4' * 32}/1") * 2, "invalid-argument", "courses.1.course"),
        (
            listed(f"course/{HOME}/{'4' * 32}/1", groups=["major", "minor"]),
            "invalid-argument",
            "courses.0.groups.1",
        ),
        (
            listed(f"course/{HOME}/{'4' * 32}/1", groups=["major", "major"]),
            "invalid-argument",
            "courses.0.groups.1",
        ),
        (listed("course/nobody/1"), "invalid-argument", "courses.0.course"),
        ([], "invalid-argument", "courses"),
    ],
)
async def test_a_list_of_courses_that_is_refused(
    world: World, courses: list[Document], code: str, field: str
) -> None:
    refused = await refusal(world, "PublishProgramme", courses=courses)
    assert (refused.code, refused.field) == (code, field)
