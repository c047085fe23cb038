"""What the members' operators add to a network of Fabric processes: constitution and founding."""

import asyncio

from chaincode.domain.constitution import ConstitutionContent, MemberKind
from gateway.config import Configuration, load
from gateway.founding import OperatorFiles, constitution_of, found_member, prove_member
from network.config import Consortium
from network.hooks import Hooks
from network.layout import MemberLayout
from network.up import Running

CODES_FILE = "activation-codes.json"
"""Beside the gateway's configuration, mode 0600: codes that were not used yet, by login."""


def content_of(consortium: Consortium) -> ConstitutionContent:
    """The constitution that follows from consortium.toml."""
    return constitution_of(
        {member.msp_id: MemberKind(member.kind.value) for member in consortium.members}
    )


def digest_of(consortium: Consortium) -> str:
    """What each operator agrees to, and every gateway and chaincode process compares."""
    return content_of(consortium).digest()


async def found(running: Running) -> None:
    """Found every member: the first writes the constitution, the others compare.

    Raises:
        ConfigurationError, ServiceError: see `gateway.founding.found_member`.
    """
    constitution = content_of(running.consortium)
    first, *others = running.layout.members
    await _found(first, constitution)
    await asyncio.gather(*(_found(member, constitution) for member in others))


async def prove(running: Running) -> None:
    """Read the constitution from every member's own peer.

    Raises:
        ConfigurationError, ServiceError: see `gateway.founding.prove_member`.
    """
    constitution = content_of(running.consortium)
    configurations = [load(member.gateway_config) for member in running.layout.members]
    await asyncio.gather(*(prove_member(one, constitution) for one in configurations))


async def _found(member: MemberLayout, constitution: ConstitutionContent) -> None:
    configuration: Configuration = load(member.gateway_config)
    operator = OperatorFiles(member.operator.certificate, member.operator.key)
    codes = member.gateway_config.with_name(CODES_FILE)
    await found_member(configuration, operator, constitution, codes)


HOOKS = Hooks(constitution=digest_of, found=found, prove=prove)
