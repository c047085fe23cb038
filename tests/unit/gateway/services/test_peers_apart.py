"""Members' peers commit a block at different moments: what only others refuse is tried again."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chaincode.contracts.router import Reply
from chaincode.domain.constitution import MemberKind
from chaincode.ledger.stub import Stub
from gateway.model.operations import OperationCall
from tests.support.gateways import Alpha, apply, gateway_of_alpha

pytestmark = pytest.mark.asyncio(loop_scope="module")
TWO = {"alpha": MemberKind.UNIVERSITY, "beta": MemberKind.UNIVERSITY}
BEHIND = '{"code":"account-inactive","detail":"the block has not come here yet"}'


class Behind:
    """Beta's contract refuses so many times, then is what it was."""

    def __init__(self, alpha: Alpha, times: int) -> None:
        self.peer = alpha.world.consortium.peers["betaMSP"]
        self.left = times
        self.handler = self.peer.handler
        self.peer.handler = self

    async def __call__(self, stub: Stub) -> Reply:
        if self.left:
            self.left -= 1
            return Reply(500, BEHIND, b"")
        answer = await self.handler(stub)
        assert isinstance(answer, Reply)
        return answer

    def end(self) -> None:
        self.peer.handler = self.handler


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha"), members=TWO) as found:
        yield found


async def test_another_peer_that_is_behind_catches_up(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'maria')}:approve"
    behind = Behind(alpha, times=3)
    answer = await alpha.registrar.post(path, {"identity_verified": True})
    behind.end()
    assert answer.status_code == 200
    assert behind.left == 0
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        (call,) = await session.find(OperationCall, operation=answer.json()["id"])
    assert call.attempts == 4


async def test_another_peer_that_goes_on_refusing_is_reported(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'nina')}:approve"
    behind = Behind(alpha, times=1000)
    answer = await alpha.registrar.post(path, {"identity_verified": True})
    behind.end()
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:crosscredit:problem:account-inactive"
    right = await alpha.registrar.post(path, {"identity_verified": True})
    assert right.status_code == 200


async def test_the_own_peers_refusal_counts_at_once(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'oscar')}:approve"
    behind = Behind(alpha, times=1000)
    behind.end()
    own = alpha.world.consortium.peers["alphaMSP"]
    handler = own.handler

    async def refusing(stub: Stub) -> Reply:
        del stub
        return Reply(500, BEHIND, b"")

    own.handler = refusing
    answer = await alpha.registrar.post(path, {"identity_verified": True})
    own.handler = handler
    assert answer.status_code == 403
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        (call,) = await session.find(
            OperationCall, operation=answer.json()["instance"].rpartition("/")[2]
        )
    assert call.attempts == 0
