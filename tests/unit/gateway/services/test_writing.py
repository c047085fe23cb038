from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chaincode.domain.commands.membership import RegisterAccount
from chaincode.domain.keys import Kind, record_key
from chaincode.ledger.memory.errors import SubmitOutcomeUnknown
from chaincode.ledger.memory.faults import Stage
from gateway.sandbox import SandboxWorld
from gateway.services import writing
from gateway.services.errors import LedgerRefused, LedgerUnavailable
from gateway.services.intent import new_id
from gateway.services.ports import Speaker
from gateway.services.writing import Writer
from tests.support.gateways import make_world
from tests.support.records import SEALING_KEY

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Desk:
    """An operator who registers registrars, and how often the writer paused."""

    def __init__(self, world: SandboxWorld) -> None:
        self.world = world
        self.pauses = 0
        core = world.gateways["alpha"].core
        self.records = core.records
        self.writer = Writer(core.ledger, core.records, pause=self.pause)

    async def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.pauses += 1

    @property
    def operator(self) -> Speaker:
        return self.world.founding("alpha")._operator

    def command(self, *, role: str = "registrar") -> RegisterAccount:
        return RegisterAccount.check(
            {
                "operation": new_id(),
                "identifier": new_id(),
                "role": role,
                "key_digest": "0" * 64,
                "sealing_key": SEALING_KEY,
                "attestations": ["identity"],
            }
        )

    async def create(self, command: RegisterAccount) -> str:
        key = record_key(Kind.ACCOUNT, "alphaMSP", command.identifier)
        await self.writer.create(self.operator, command, key)
        return key


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    async with make_world(tmp_path_factory.mktemp("alpha")) as found:
        yield found


async def test_it_stands(world: SandboxWorld) -> None:
    desk, command = Desk(world), Desk(world).command()
    key = await desk.create(command)
    assert (await desk.records.stored(key))["operation"] == command.operation
    height = world.consortium.height
    await desk.create(command)
    assert world.consortium.height == height, "taken already: nothing is written"


async def test_an_answer_that_was_lost(world: SandboxWorld) -> None:
    desk, command = Desk(world), Desk(world).command()
    lost = SubmitOutcomeUnknown("lost", transaction_id="", code="UNAVAILABLE")
    world.consortium.faults.raise_at(Stage.AFTER_ORDER, lost)
    key = await desk.create(command)
    assert desk.pauses == 0
    assert (await desk.records.stored(key))["operation"] == command.operation


async def test_an_envelope_that_never_arrived(world: SandboxWorld) -> None:
    desk, command = Desk(world), Desk(world).command()
    lost = SubmitOutcomeUnknown("lost", transaction_id="", code="UNAVAILABLE")
    world.consortium.faults.raise_at(Stage.BEFORE_ORDER, lost, times=2)
    key = await desk.create(command)
    assert desk.pauses == 2
    assert (await desk.records.stored(key))["version"] == 1


async def test_a_refusal_is_no_reason_to_try_again(world: SandboxWorld) -> None:
    desk = Desk(world)
    with pytest.raises(LedgerRefused) as refused:
        await desk.create(desk.command(role="student"))
    assert refused.value.refusal == "not-permitted"
    assert desk.pauses == 0


async def test_a_peer_that_stays_away(world: SandboxWorld) -> None:
    desk = Desk(world)
    world.consortium.peers["alphaMSP"].available = False
    try:
        with pytest.raises(LedgerUnavailable):
            await desk.create(desk.command())
    finally:
        world.consortium.peers["alphaMSP"].available = True
    assert desk.pauses == writing._ATTEMPTS - 1
