"""The constitution that members agree on before there is a ledger."""

from collections.abc import Mapping, Sequence

from chaincode.domain.constitution import (
    VOTING,
    Alliance,
    ConstitutionContent,
    Member,
    MemberKind,
    Parameters,
)


def constitution_of(
    kinds: Mapping[str, MemberKind], alliances: Sequence[Alliance] = ()
) -> ConstitutionContent:
    """The constitution of these members (kinds by MSP id), with the default parameters."""
    voting = sum(kind in VOTING for kind in kinds.values())
    return ConstitutionContent(
        members=tuple(Member(msp_id=msp_id, kind=kinds[msp_id]) for msp_id in sorted(kinds)),
        majority=voting // 2 + 1,
        parameters=Parameters(),
        alliances=tuple(sorted(alliances, key=lambda alliance: alliance.id)),
    )
