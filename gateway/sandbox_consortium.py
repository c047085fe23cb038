"""The sandbox consortium as `consortium.toml` would have it: policies, collections, contracts."""

from collections.abc import Mapping

from chaincode.contracts.router import Router
from chaincode.domain.constitution import VOTING, ConstitutionContent
from chaincode.domain.keys import collection_of
from chaincode.ledger.memory import policy
from chaincode.ledger.memory.authority import Authority
from chaincode.ledger.memory.consortium import Consortium
from chaincode.ledger.memory.definition import Chaincode, Collection, Member
from chaincode.ledger.memory.settings import Clock, Settings

CHANNEL = "credits"
CHAINCODE = "credit"


def make_consortium(
    authorities: Mapping[str, Authority], constitution: ConstitutionContent, *, clock: Clock
) -> Consortium:
    """Every member's peer runs the contracts; a majority of the voting members endorses."""
    voting = [member.msp_id for member in constitution.members if member.kind in VOTING]
    members = [
        Member(
            msp_id,
            (authority.certificate,),
            authority.enrol(common_name=f"peer.{msp_id}", unit="peer"),
            Router(constitution.digest(), member=msp_id),
        )
        for msp_id, authority in authorities.items()
    ]
    chaincode = Chaincode(
        CHAINCODE,
        policy.out_of(constitution.majority, voting),
        collections=tuple(
            Collection(
                collection_of(msp_id),
                member_policy=policy.any_of([msp_id], "member"),
                endorsement_policy=policy.any_of([msp_id]),
            )
            for msp_id in voting
        ),
    )
    return Consortium(members, chaincode, Settings(CHANNEL), clock=clock)
