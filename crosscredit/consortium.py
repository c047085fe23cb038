"""What the members' operators add to a network of Fabric processes: constitution and founding."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chaincode.domain.constitution import Alliance, ConstitutionContent, MemberKind
from gateway.config import ConfigurationError, load
from gateway.founding import OperatorFiles, constitution_of, found_member, prove_member
from gateway.services.errors import LedgerConflict, LedgerUnavailable, OutcomeUnknown, ServiceError
from gateway.storage.errors import DatabaseUnusable
from network.config import Consortium
from network.errors import NetworkError
from network.hooks import Hooks
from network.layout import MemberLayout
from network.up import Running


class FoundingError(NetworkError):
    """The network runs, but its members' gateways could not be founded or proven."""

    exit_code = 7


def content_of(consortium: Consortium) -> ConstitutionContent:
    """The constitution that follows from consortium.toml."""
    return constitution_of(
        {member.msp_id: MemberKind(member.kind.value) for member in consortium.members},
        [
            Alliance(
                id=alliance.name,
                members=tuple(sorted(consortium.member(name).msp_id for name in alliance.members)),
                threshold=alliance.threshold,
            )
            for alliance in consortium.alliances
        ],
    )


def digest_of(consortium: Consortium) -> str:
    """What each operator agrees to, and every gateway and chaincode process compares."""
    return content_of(consortium).digest()


async def found(running: Running) -> None:
    """Found every member: the first writes the constitution, the others compare.

    Raises:
        FoundingError: a member could not be founded; says which and why.
    """
    constitution = content_of(running.consortium)
    first, *others = running.layout.members
    await _found(first, constitution)
    await asyncio.gather(*(_found(member, constitution) for member in others))


async def prove(running: Running) -> None:
    """Read the constitution from every member's own peer.

    Raises:
        FoundingError: a peer cannot be reached, or holds something else.
    """
    constitution = content_of(running.consortium)
    await asyncio.gather(*(_prove(member, constitution) for member in running.layout.members))


async def _found(member: MemberLayout, constitution: ConstitutionContent) -> None:
    operator = OperatorFiles(member.operator.certificate, member.operator.key)
    with _explained(member, "cannot be founded"):
        await found_member(
            load(member.gateway_config), operator, constitution, member.activation_codes
        )


async def _prove(member: MemberLayout, constitution: ConstitutionContent) -> None:
    with _explained(member, "does not show the agreed constitution"):
        await prove_member(load(member.gateway_config), constitution)


@contextmanager
def _explained(member: MemberLayout, what: str) -> Iterator[None]:
    try:
        yield
    except (ConfigurationError, DatabaseUnusable, ServiceError) as error:
        raise FoundingError(f"{member.member.name} {what}: {error}{_advice(error)}") from error


def _advice(error: Exception) -> str:
    if not isinstance(error, LedgerUnavailable | LedgerConflict | OutcomeUnknown):
        return ""
    return (
        ". It was tried for minutes: the logs of the peers and orderers say more; on a busy "
        "machine, start again when it is less so"
    )


HOOKS = Hooks(constitution=digest_of, found=found, prove=prove)
