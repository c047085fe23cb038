"""Members that leave our code out: read-write sets made by hand, endorsed with peers' own keys."""

from collections.abc import Sequence

from demo.attacks.dishonest_member import DishonestMember
from fabric_client.assembly import all_of, policy_write
from fabric_client.blocks import ValidationCode
from fabric_client.blocks.read_write_set import MetadataWrite, Write
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.members import CREDIT, Members, msp_id


class Conspiracy:
    """Some members with all their keys; the first one submits."""

    def __init__(self, member: DishonestMember, names: Sequence[str]) -> None:
        """Use `conspiracy`."""
        self._member = member
        self._names = names

    async def write(self, function: str, key: str, value: bytes) -> ValidationCode:
        """Put a value under a key, as if `function` had done it."""
        return (await self._member.rewrite(function, key, value)).code

    async def delete(self, key: str) -> ValidationCode:
        """Delete a key, and its policy with it."""
        return await self._commit(writes=(Write(key, is_delete=True),))

    async def seize(self, key: str) -> ValidationCode:
        """Put a key under the policy that these members suffice."""
        own = all_of(msp_id(name) for name in self._names)
        return await self._commit(metadata=(policy_write(key, own),))

    async def release(self, key: str) -> ValidationCode:
        """Take a key's policy away, so that the chaincode's holds."""
        return await self._commit(metadata=(MetadataWrite(key),))

    async def seize_and_write(self, key: str, value: bytes) -> ValidationCode:
        """Both in one transaction."""
        own = all_of(msp_id(name) for name in self._names)
        return await self._commit(writes=(Write(key, value),), metadata=(policy_write(key, own),))

    async def _commit(
        self, *, writes: tuple[Write, ...] = (), metadata: tuple[MetadataWrite, ...] = ()
    ) -> ValidationCode:
        status = await self._member._commit("AddGrade", writes=writes, metadata=metadata)
        return status.code


async def conspiracy(members: Members, *names: str) -> Conspiracy:
    """Let members conspire."""
    first = names[0]
    member = DishonestMember(
        connection=await members.connection(first),
        client=members.gateway(first),
        peers=tuple(members.peer(name) for name in names),
        channel=CHANNEL,
        chaincode=CREDIT,
        chaincode_version="1",
    )
    return Conspiracy(member, names)
