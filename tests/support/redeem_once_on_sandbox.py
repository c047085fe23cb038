"""Random histories of one credit through the sandbox: endorsed side by side, ordered one by one.

Several people try something over the same state. Each endorsement must be given or refused as the
model says, and of what was endorsed the first that is ordered lands; all others conflict.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.record import Record
from chaincode.ledger.memory.consortium import Prepared
from chaincode.ledger.memory.errors import EndorseFailed
from tests.support.redeem_once import Action, Model, random_action
from tests.support.redeeming import (
    AWARDED,
    MAJORITY,
    OF,
    UNIVERSITIES,
    Document,
    decided,
    entries,
    entry,
    found_version,
    permission,
    redeeming,
    ruling,
    set_stage,
    transferring,
)
from tests.support.world import HOME, TEACHING, Person, World, refusal_of

FUNCTIONS = {
    "permit": "PermitRedemption",
    "withdraw": "WithdrawPermission",
    "hold": "HoldCredit",
    "redeem": "RedeemCredit",
    "release": "ReleaseRedemption",
    "grant": "GrantDegree",
    "suspend": "RuleOnCredit",
    "lift": "RuleOnCredit",
    "revoke": "RuleOnCredit",
    "request": "RequestTransfer",
    "release-student": "ReleaseStudent",
    "accept": "AcceptTransfer",
}
ENTRIES = {
    "withdraw": entry,
    "release": entry,
    "hold": decided,
    "grant": decided,
    "redeem": redeeming,
}
COUNTING = ("held", "redeemed", "granted")


@dataclass
class Tally:
    """What the histories came to."""

    histories: int = 0
    ordered: Counter[str] = field(default_factory=Counter)
    """Transactions by validation code."""
    refused: Counter[str] = field(default_factory=Counter)
    """Endorsements refused, by code."""
    double_counts: int = 0

    def add(self, other: "Tally") -> None:
        """Count another's too."""
        self.histories += other.histories
        self.ordered += other.ordered
        self.refused += other.refused
        self.double_counts += other.double_counts


class Histories:
    """Plays histories on a world, each on a credit of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tally = Tally()
        self._award: list[Record] = [
            world.record(Enrolment, world.enrolment),
            world.record(Grade, world.slot(Kind.GRADE)),
            world.record(Credit, world.slot(Kind.CREDIT)),
        ]

    @classmethod
    async def on(cls, world: World) -> "Histories":
        """Live up to an award, and bring rules and pseudonyms there."""
        await world.advance(after="AwardCredit")
        await set_stage(world)
        for member in UNIVERSITIES:
            world.people[f"moved@{OF[member]}"] = await world.pseudonym(member)
        return cls(world)

    async def play(self, seed: int) -> None:
        """One history.

        Raises:
            AssertionError: something else happened than the model says.
        """
        source = random.Random(seed)  # noqa: S311 - repeatable
        await self._begin(seed)
        model, moved = Model(), False
        for _ in range(source.randrange(3, 8)):
            endorsed = []
            for _ in range(source.randrange(1, 4)):
                action = random_action(source, model)
                by = self._who(source, model, action, moved=moved)
                prepared = await self._endorse(model, action, by)
                if prepared is not None:
                    endorsed.append((action, by, prepared))
            landed = await self._order(endorsed)
            if landed is not None:
                model.apply(landed)
                moved = moved or landed.name == "accept"
            self._compare(model)
        self.tally.histories += 1

    async def _begin(self, seed: int) -> None:
        world = self.world
        world.enrolment = record_key(Kind.ENROLMENT, TEACHING, f"{seed + 1:032x}")
        copies: list[Record] = [
            one.model_copy(update={"key": sibling(world.enrolment, one.kind)})
            for one in self._award
        ]
        await world.forge({one.key: one.encode() for one in copies}, by=MAJORITY)

    def _who(self, source: random.Random, model: Model, action: Action, *, moved: bool) -> Person:
        people = self.world.people
        if action.name in ("permit", "withdraw", "request"):
            return people[f"moved@{OF[model.home]}" if moved else "student"]
        if action.name in ("suspend", "lift", "revoke"):
            return people["supervisor@ministry"]
        if action.name == "release-student":
            return people[f"registrar@{OF[model.home]}"]
        if action.name == "accept":
            return people[f"registrar@{OF[model.asked[0] if model.asked else HOME]}"]
        role = "registrar" if action.name == "grant" else source.choice(["registrar", "gateway"])
        return people[f"{role}@{OF[model.uses[action.number - 1].member]}"]

    def _document(self, action: Action) -> Document:
        world = self.world
        if action.name == "permit":
            return permission(
                world,
                redeemer=action.member,
                place=action.place,
                amount=action.amount,
                rule=action.rule,
            )
        if action.name in ENTRIES:
            return ENTRIES[action.name](world, action.number)
        if action.name == "request":
            return transferring(world, f"moved@{OF[action.member]}")
        if action.name in ("release-student", "accept"):
            document = transferring(world)
            return document | {"expected_version": document["expected_version"] or 1}
        return ruling(world, action.name, gives_back=action.gives_back)

    async def _endorse(self, model: Model, action: Action, by: Person) -> Prepared | None:
        world = self.world
        proposal = world.propose(by, FUNCTIONS[action.name], self._document(action))
        signed = proposal.signed(by.identity.sign(proposal.message))
        expected = model.refusal(action)
        try:
            prepared = await world.sandbox.consortium.endorse(signed, at=by.msp_id)
        except EndorseFailed as error:
            refusal = refusal_of(error)
            code = getattr(refusal, "code", str(refusal))
            assert code == expected, (world.enrolment, action, code)
            self.tally.refused[code] += 1
            return None
        assert expected is None, (world.enrolment, action, expected)
        return prepared

    async def _order(self, endorsed: list[tuple[Action, Person, Prepared]]) -> Action | None:
        consortium = self.world.sandbox.consortium
        for _, by, prepared in endorsed:
            await consortium.submit(prepared.signed(by.identity.sign(prepared.payload)))
        codes = []
        for _, by, prepared in endorsed:
            status = await consortium.commit_status(prepared.transaction_id, at=by.msp_id)
            codes.append(status.code_name)
        expected = ["VALID"] + ["MVCC_READ_CONFLICT"] * (len(codes) - 1)
        assert codes == expected[: len(codes)], (self.world.enrolment, endorsed, codes)
        self.tally.ordered.update(codes)
        return endorsed[0][0] if endorsed else None

    def _compare(self, model: Model) -> None:
        world = self.world
        there = found_version(world, world.slot(Kind.REDEMPTION)) is not None
        stored = entries(world) if there else []
        assert [one["status"] for one in stored] == [use.status for use in model.uses]
        self.tally.double_counts += used_by(stored) > AWARDED


def used_by(stored: list[Document]) -> int:
    """The sum over all members, from what is stored alone."""
    using = [one for one in stored if one["status"] in COUNTING]
    total = sum(one["amount"] for one in using if one["joint"] is None)
    for joint in {one["joint"] for one in using} - {None}:
        members = [one for one in using if one["joint"] == joint]
        total += max(
            sum(one["amount"] for one in members if one["programme"] == programme)
            for programme in {one["programme"] for one in members}
        )
    return total
