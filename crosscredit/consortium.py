"""What the members' operators add to a network of Fabric processes: constitution and founding."""

from chaincode.domain.constitution import Alliance, ConstitutionContent, MemberKind
from gateway.services.constitution import constitution_of
from network.config import Consortium
from network.hooks import Hooks
from network.up import Running


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
    """Found every member; see `crosscredit.founding`."""
    from crosscredit import founding  # noqa: PLC0415 - brings a whole gateway with it

    await founding.found(running)


async def prove(running: Running) -> None:
    """Read the constitution from every member's own peer; see `crosscredit.founding`."""
    from crosscredit import founding  # noqa: PLC0415 - brings a whole gateway with it

    await founding.prove(running)


HOOKS = Hooks(constitution=digest_of, found=found, prove=prove)
