"""The constitution that the members' operators agree to, from consortium.toml."""

from chaincode.domain.constitution import Alliance, ConstitutionContent, MemberKind
from gateway.services.constitution import constitution_of
from network.config import Consortium


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
