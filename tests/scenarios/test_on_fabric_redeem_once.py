"""Two universities redeem one credit in the same moment: one does, the other is told."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.redemption import (
    HoldCredit,
    PermitRedemption,
    ReleaseRedemption,
)
from demo.story import course, recognition
from demo.world import Person
from fabric_client import SigningIdentity, Transaction
from gateway.ledger.invocation import arguments_of
from gateway.services.intent import new_id
from tests.support.on_fabric.calls import said_by_peers, stored, stored_everywhere, submitted
from tests.support.on_fabric.chain import settled
from tests.support.on_fabric.members import CREDIT, PATIENT, msp_id
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.vault import vault_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

RIVALS = ("alpha", "gamma")
PROGRAMME = {
    "title": "Informatics",
    "total": "180.00",
    "groups": [{"id": "major", "title": "Major", "at_least": "60.00"}],
}
ROUNDS = 3


@dataclass(frozen=True)
class Rivals:
    """The holder, and two registrars whose rules would each take the whole credit."""

    stage: OnFabric
    student: SigningIdentity
    registrars: dict[str, SigningIdentity]
    programmes: dict[str, str]
    rules: dict[str, str]
    credit: str
    """Of its own: the story's is redeemed."""

    @property
    def enrolment(self) -> str:
        return self.slot("enrolment")

    @property
    def redemption(self) -> str:
        return self.slot("redemption")

    def slot(self, kind: str) -> str:
        """The key of a slot of the credit."""
        return self.stage.slot(kind, self.credit)

    async def version(self) -> int | None:
        """Of the redemptions, None where there are none yet."""
        found = await stored_or_none(self.stage, self.redemption)
        return None if found is None else int(found["version"])


async def stored_or_none(stage: OnFabric, key: str) -> dict[str, object] | None:
    try:
        found: dict[str, object] = await stored(stage.members, key, at="beta")
    except Exception as error:
        if "record-not-found" in str(error):
            return None
        raise
    return found


async def identity(stage: OnFabric, name: str, person: Person, of: str) -> SigningIdentity:
    async with vault_of(stage.members[name]) as vault:
        return vault.identity((await vault.accounts_of(person.login))[of])


async def do(stage: OnFabric, who: SigningIdentity, command: Command, *, at: str) -> None:
    status = await submitted(stage.members, who, command, at=at)
    assert status.code.name == "VALID", status
    await settled(stage.members)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rivals(on_fabric: OnFabric) -> Rivals:
    """A credit; alpha and gamma publish a programme and agree on a rule with beta each."""
    cast = on_fabric.played.cast
    people = {"alpha": cast.home_registrar, "gamma": cast.verifying_registrar}
    registrars = {
        name: await identity(on_fabric, name, person, "home") for name, person in people.items()
    }
    offered = await course.offer_again(cast, on_fabric.played.course)
    programmes, rules = {}, {}
    for name, person in people.items():
        programmes[name], rules[name] = await agreed(person, cast.teaching_registrar, name, offered)
    student = await identity(on_fabric, "alpha", cast.student, "betaMSP")
    credit = await recognition.earn(on_fabric.world, cast, offered)
    return Rivals(on_fabric, student, registrars, programmes, rules, credit)


async def agreed(registrar: Person, host: Person, name: str, offered: str) -> tuple[str, str]:
    """A programme, and a rule with beta by which the course counts for one of the own."""
    published = await registrar.write("publishes a programme", "/v1/programmes", PROGRAMME)
    programme: str = published["result"]["programme"]
    own = f"{msp_id(name)}~{new_id()}~1"
    decider = recognition.Decider(msp_id(name), registrar, (own,), programme)
    document = recognition.rule(decider, recognition.mapping("one", [offered], own))
    rule = await recognition.adopt(decider, host, document)
    return f"programme/{programme.replace('~', '/')}", f"rule/{rule.replace('~', '/')}"


async def permitted(rivals: Rivals, name: str) -> int:
    """The holder permits; the number of the entry."""
    stage = rivals.stage
    credit = await stored(stage.members, rivals.slot("credit"), at="alpha")
    command = PermitRedemption(
        operation=new_id(),
        enrolment=rivals.enrolment,
        expected_version=await rivals.version(),
        credit_version=credit["version"],
        redeemer=msp_id(name),
        programme=rivals.programmes[name],
        amount=credit["award"]["credits"],
        rule=rivals.rules[name],
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    await do(stage, rivals.student, command, at="alpha")
    found = await stored(stage.members, rivals.redemption, at="alpha")
    return len(found["entries"])


async def holding(rivals: Rivals, number: int) -> HoldCredit:
    credit = await stored(rivals.stage.members, rivals.slot("credit"), at="alpha")
    version = await rivals.version()
    assert version is not None
    return HoldCredit(
        operation=new_id(),
        enrolment=rivals.enrolment,
        expected_version=version,
        number=number,
        credit_version=credit["version"],
    )


async def endorsed(rivals: Rivals, name: str, command: Command) -> Transaction:
    network = await rivals.stage.members.network(name, rivals.registrars[name])
    function, document = arguments_of(command)
    proposal = network.get_contract(CREDIT).new_proposal(function.decode(), document)
    return await PATIENT.run(proposal.endorse)


async def ended(rivals: Rivals, name: str, transaction: Transaction) -> str:
    network = await rivals.stage.members.network(name, rivals.registrars[name])
    status = await network.get_contract(CREDIT).finish(transaction)
    return str(status.code.name)


async def test_one_of_two_holds_and_the_other_is_told(rivals: Rivals) -> None:
    stage = rivals.stage
    for _ in range(ROUNDS):
        numbers = {name: await permitted(rivals, name) for name in RIVALS}
        commands = {name: await holding(rivals, numbers[name]) for name in RIVALS}
        transactions = {name: await endorsed(rivals, name, commands[name]) for name in RIVALS}
        codes = await asyncio.gather(*(ended(rivals, name, transactions[name]) for name in RIVALS))
        assert sorted(codes) == ["MVCC_READ_CONFLICT", "VALID"]
        winner, loser = sorted(RIVALS, key=lambda name: codes[RIVALS.index(name)] != "VALID")
        said = await said_by_peers(stage.members, rivals.registrars[loser], commands[loser])
        assert set(said.values()) == {"already-redeemed"}
        entries = await everywhere(rivals)
        held = [entry for entry in entries if entry["status"] == "held"]
        assert [entry["redeemer"] for entry in held] == [msp_id(winner)]
        await free(rivals, winner, numbers[winner])
        await do(stage, rivals.registrars[loser], await holding(rivals, numbers[loser]), at=loser)
        await free(rivals, loser, numbers[loser])


async def everywhere(rivals: Rivals) -> list[dict[str, object]]:
    """The entries, the same at every member."""
    await settled(rivals.stage.members)
    found = await stored_everywhere(rivals.stage.members, rivals.redemption)
    assert len({json.dumps(record, sort_keys=True) for record in found.values()}) == 1
    entries: list[dict[str, object]] = found["beta"]["entries"]
    return entries


async def free(rivals: Rivals, name: str, number: int) -> None:
    version = await rivals.version()
    assert version is not None
    command = ReleaseRedemption(
        operation=new_id(), enrolment=rivals.enrolment, expected_version=version, number=number
    )
    await do(rivals.stage, rivals.registrars[name], command, at=name)
