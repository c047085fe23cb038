"""What redemption and decisions stand on: programmes and rules in force, and their documents.

Rules and programmes are written with the peers of a majority, as their own functions would have
left them: how members come to them is the tests' of rules.
"""

from typing import Any

from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.qualification.programme import Group, Programme, ProgrammeContent
from chaincode.domain.redemption import Redemption
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Adopted, Series, series_of
from chaincode.domain.ruling import Ruling
from chaincode.domain.transfer import Transfer
from tests.support.records import NEXT
from tests.support.rules import content_of, rule_document
from tests.support.world import HOME, TEACHING, VERIFYING, AnyRecord, World

Document = dict[str, Any]
MAJORITY = (HOME, TEACHING, VERIFYING)
UNIVERSITIES = MAJORITY
OF = {HOME: "alpha", TEACHING: "beta", VERIFYING: "gamma"}
AWARDED = 600
COURSE = record_key(Kind.COURSE, TEACHING, "c" * 32, 1)
"""The world's."""
WHOLE, PARTIAL, JOINT, ALWAYS, LATER, OTHERS, CAREFUL, SMALL = (
    record_key(Kind.RULE, VERIFYING, f"{place:032x}", 1) for place in range(1, 9)
)
"""Takes whole credits; parts; joint programmes; always a person; not yet in force; not gamma; a
person above 10.00 credits or below 80.00; above 5.99, which is less than any mapping brings."""
BOUNDS = {"above_credits": "10.00", "below_grade": {"grade": "80.00", "better": "higher"}}
UNKNOWN_RULE = record_key(Kind.RULE, VERIFYING, "9" * 32, 1)


def programme_of(member: str, place: int = 1) -> str:
    """One of the two programmes of a university."""
    return record_key(Kind.PROGRAMME, member, f"{place:032x}", 1)


JOINT_PROGRAMMES = [programme_of(member).rsplit("/", 1)[0] for member in (HOME, VERIFYING)]


def mapping_of(member: str) -> Document:
    """The world's course for one of a university's own."""
    home = record_key(Kind.COURSE, member, f"{10_000:032x}", 1)
    return {
        "id": OF[member],
        "host": [{"course": COURSE}],
        "home": [{"course": home, "credits": "6.00"}],
        "conversion": "none",
    }


def rule_documents() -> dict[str, Document]:
    """The rules, by key."""
    common = rule_document(first="2026-01-01") | {
        "deciders": list(UNIVERSITIES),
        "mappings": [mapping_of(member) for member in UNIVERSITIES],
    }
    parts = {"partial_redemption": True}
    return {
        WHOLE: common,
        PARTIAL: common | parts,
        JOINT: common | parts | {"joint_programmes": JOINT_PROGRAMMES},
        ALWAYS: common | {"confirmation": {"always": True}},
        LATER: common | {"valid": {"first": "2027-01-01", "time_zone": "UTC"}},
        OTHERS: common | {"deciders": [HOME], "mappings": [mapping_of(HOME)]},
        CAREFUL: common | {"confirmation": BOUNDS},
        SMALL: common | {"confirmation": {"above_credits": "5.99"}},
    }


def rule_digest(rule: str) -> str:
    """The digest of one of the rules."""
    return content_of(rule_documents()[rule]).digest()


async def set_stage(world: World) -> None:
    """Publish two programmes for each university, and bring the rules into force."""
    at = world.sandbox.clock()
    written: dict[str, bytes] = {}
    for member in UNIVERSITIES:
        by = world.people[f"registrar@{OF[member]}"].account
        for place in (1, 2):
            content = ProgrammeContent(
                title="Informatics",
                granted_by=member,
                total=18_000,
                groups=(Group(id="major", title="Major", at_least=6_000),),
            )
            programme = Programme.published(
                programme_of(member, place), content, by=by, at=at, operation=NEXT
            )
            written[programme.key] = programme.encode()
    for key, document in rule_documents().items():
        content_ = content_of(document)
        proposer = world.people["registrar@gamma"].account
        rule = RuleVersion.proposed(key, content_, by=proposer, at=at, operation=NEXT)
        adopted = Adopted(number=1, digest=rule.digest, valid=content_.valid, adopted_at=at)
        series = Series.begun(series_of(key), operation=NEXT)
        series = series.model_copy(update={"versions": (adopted,)})
        written |= {key: rule.encode(), series.key: series.encode()}
    await world.forge(written, by=MAJORITY)


def redemption_version(world: World) -> int | None:
    """The version of the credit's redemptions, None where there are none."""
    return found_version(world, world.slot(Kind.REDEMPTION))


def found_version(world: World, key: str) -> int | None:
    """A record's version, None where it is absent."""
    found = world.sandbox.consortium.peers[HOME].ledger.world.get(key)
    return None if found is None else world.version(key)


def permission(
    world: World,
    *,
    redeemer: str = VERIFYING,
    place: int = 1,
    amount: int = AWARDED,
    rule: str = WHOLE,
    **change: Any,
) -> Document:
    """The holder's permission."""
    return {
        "operation": world.identifier(),
        "enrolment": world.enrolment,
        "expected_version": redemption_version(world),
        "credit_version": world.version(world.slot(Kind.CREDIT)),
        "redeemer": redeemer,
        "programme": programme_of(redeemer, place),
        "amount": amount,
        "rule": rule,
        "expires_at": world.after(days=30),
    } | change


def entry(world: World, number: int = 1, **change: Any) -> Document:
    """What names a redemption, as the ledger has it now."""
    return {
        "operation": world.identifier(),
        "enrolment": world.enrolment,
        "expected_version": redemption_version(world),
        "number": number,
    } | change


def decided(world: World, number: int = 1, **change: Any) -> Document:
    """The same, with the credit as it is now."""
    return entry(world, number, credit_version=world.version(world.slot(Kind.CREDIT))) | change


def redeeming(world: World, number: int = 1, **change: Any) -> Document:
    """RedeemCredit."""
    return decided(world, number, decision_commitment="d" * 64) | change


async def permit(world: World, *, by: str = "student", **change: Any) -> int:
    """The holder permits; the number of the entry."""
    await world.submit(world.people[by], "PermitRedemption", permission(world, **change))
    return len(entries(world))


async def advance_to(world: World, status: str, *, redeemer: str = VERIFYING, **change: Any) -> int:
    """Permit a redemption and bring it as far as `status`; its number."""
    number = await permit(world, redeemer=redeemer, **change)
    registrar = world.people[f"registrar@{OF[redeemer]}"]
    for reached, function, document in (
        ("held", "HoldCredit", decided),
        ("redeemed", "RedeemCredit", redeeming),
        ("granted", "GrantDegree", decided),
    ):
        if entries(world)[number - 1]["status"] == status:
            break
        await world.submit(registrar, function, document(world, number))
        assert entries(world)[number - 1]["status"] == reached
    return number


def entries(world: World) -> list[Document]:
    """The credit's redemptions as they are stored."""
    found: list[Document] = world.stored(world.slot(Kind.REDEMPTION))["entries"]
    return found


def statuses(world: World) -> list[str]:
    return [one["status"] for one in entries(world)]


def ruling(world: World, kind: str = "suspend", **change: Any) -> Document:
    """RuleOnCredit."""
    return {
        "operation": world.identifier(),
        "enrolment": world.enrolment,
        "expected_version": found_version(world, world.slot(Kind.RULING)),
        "credit_version": world.version(world.slot(Kind.CREDIT)),
        "ruling": kind,
        "reason": "investigation",
    } | change


async def rule_on(world: World, kind: str, **change: Any) -> None:
    """The ministry's supervisor rules."""
    supervisor = world.people["supervisor@ministry"]
    await world.submit(supervisor, "RuleOnCredit", ruling(world, kind, **change))


def transferring(world: World, student: str | None = None, **change: Any) -> Document:
    """RequestTransfer, or, without a student, the answers to it."""
    named = {} if student is None else {"student": world.people[student].account}
    return (
        {
            "operation": world.identifier(),
            "enrolment": world.enrolment,
            "expected_version": found_version(world, world.slot(Kind.TRANSFER)),
        }
        | named
        | change
    )


async def transfer(world: World, *, to: str = VERIFYING, holder: str = "student") -> None:
    """Move the credit to a new pseudonym at another university, `moved@<name>`."""
    name = f"moved@{OF[to]}"
    source = world.people[holder].msp_id
    if name not in world.people:
        world.people[name] = await world.pseudonym(to)
    await world.submit(world.people[holder], "RequestTransfer", transferring(world, name))
    await world.submit(
        world.people[f"registrar@{OF[source]}"], "ReleaseStudent", transferring(world)
    )
    await world.submit(world.people[f"registrar@{OF[to]}"], "AcceptTransfer", transferring(world))


def holding_of(world: World) -> Holding:
    """What holds of the credit, derived as any member can."""
    key = world.enrolment

    def found(kind: type[AnyRecord], of: Kind) -> AnyRecord | None:
        absent = found_version(world, sibling(key, of)) is None
        return None if absent else world.record(kind, sibling(key, of))

    return Holding(
        enrolment=world.record(Enrolment, key),
        credit=world.record(Credit, sibling(key, Kind.CREDIT)),
        grade=world.record(Grade, sibling(key, Kind.GRADE)),
        redemption=found(Redemption, Kind.REDEMPTION),
        ruling=found(Ruling, Kind.RULING),
        transfer=found(Transfer, Kind.TRANSFER),
    )
