"""Who votes on a rule, and how many of them bring it into force."""

from dataclasses import dataclass

from chaincode.domain.constitution import VOTING, Constitution, MemberKind
from chaincode.domain.errors import InvalidArgument, NotElector
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import Bilateral, Framework, InAlliance, Internal


@dataclass(frozen=True, slots=True)
class Electorate:
    """MSP ids in order, and the votes that bring a rule into force."""

    members: tuple[str, ...]
    threshold: int


def electorate_of(content: RuleContent, owner: str, constitution: Constitution) -> Electorate:
    """Who votes on a rule that `owner` proposes, as the constitution has it now.

    A member decides by rules that it could vote on: who decides is among those who vote, and so
    is whoever grants a part of a joint degree.

    Raises:
        NotElector: the proposer would have no vote itself.
        NotPermitted: a member is of a kind that takes no part, or no member.
        InvalidArgument: there is no such alliance, or who decides or grants has no vote.
    """
    found = _electorate(content, owner, constitution)
    if owner not in found.members:
        raise NotElector(
            "who proposes a rule votes on it", facts={"electorate": list(found.members)}
        )
    if others := sorted(set(content.deciders) - set(found.members)):
        raise InvalidArgument(
            f"{others[0]} would decide by a rule that it has no vote on",
            field="content.deciders",
            facts={"electorate": list(found.members)},
        )
    for place, programme in enumerate(content.joint_programmes):
        if programme.split("/")[1] not in found.members:
            raise InvalidArgument(
                "its university has no vote on this joint degree",
                field=f"content.joint_programmes.{place}",
                facts={"electorate": list(found.members)},
            )
    return found


def _electorate(content: RuleContent, owner: str, constitution: Constitution) -> Electorate:
    match content.scope:
        case Internal():
            constitution.require_kind(owner, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
            return Electorate((owner,), 1)
        case Bilateral(members=members):
            for member in members:
                constitution.require_kind(member, *sorted(VOTING))
            both = tuple(sorted(set(members)))
            return Electorate(both, len(both))
        case InAlliance(alliance=identifier):
            alliance = constitution.alliance(identifier, field="content.scope.alliance")
            return Electorate(alliance.members, alliance.threshold)
        case Framework():
            constitution.require_kind(owner, MemberKind.AUTHORITY)
            return Electorate(constitution.content.voting, constitution.content.majority)
