"""Founding members' gateways on a network that runs, and proving them. Brings a gateway with it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chaincode.domain.constitution import ConstitutionContent
from crosscredit.constitution import content_of
from gateway.config import ConfigurationError, load
from gateway.founding import OperatorFiles, found_ledger, found_member, prove_member, renew_codes
from gateway.services.errors import LedgerConflict, LedgerUnavailable, OutcomeUnknown, ServiceError
from gateway.storage.errors import DatabaseUnusable
from network.errors import NetworkError
from network.layout import MemberLayout
from network.up import Running


class FoundingError(NetworkError):
    """The network runs, but its members' gateways could not be founded or proven."""

    exit_code = 7


async def found(running: Running) -> None:
    """Found every member: the first writes the constitution, the others compare.

    Raises:
        FoundingError: a member could not be founded; says which and why.
    """
    constitution = content_of(running.consortium)
    first = running.layout.members[0]
    with _explained(first, "cannot found the ledger"):
        await found_ledger(load(first.gateway_config), _operator(first), constitution)
    await asyncio.gather(*(_found(member, constitution) for member in running.layout.members))


async def prove(running: Running) -> None:
    """Read the constitution from every member's own peer; replace staff's codes that expired.

    Raises:
        FoundingError: a peer cannot be reached, or holds something else.
    """
    constitution = content_of(running.consortium)
    await asyncio.gather(*(_prove(member, constitution) for member in running.layout.members))


async def _found(member: MemberLayout, constitution: ConstitutionContent) -> None:
    with _explained(member, "cannot be founded"):
        await found_member(
            load(member.gateway_config), _operator(member), constitution, member.activation_codes
        )


async def _prove(member: MemberLayout, constitution: ConstitutionContent) -> None:
    with _explained(member, "does not show the agreed constitution"):
        await prove_member(load(member.gateway_config), constitution)
    with _explained(member, "cannot renew its staff's codes"):
        await renew_codes(load(member.gateway_config), member.activation_codes)


def _operator(member: MemberLayout) -> OperatorFiles:
    return OperatorFiles(member.operator.certificate, member.operator.key)


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
