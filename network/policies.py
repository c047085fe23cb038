from collections.abc import Iterable

from network.config import Member, Quorum


def out_of(quorum: Quorum, members: Iterable[Member], role: str) -> str:
    """Write a signature policy in Fabric's policy language (`common/policydsl`).

    Args:
        quorum: how many of the members.
        members: who may sign; all of them universities or authorities.
        role: the principal's role: peer, admin, client or member.

    Returns:
        Such as `OutOf(3, 'alphaMSP.peer', 'betaMSP.peer', …)`.
    """
    principals = [f"'{member.msp_id}.{role}'" for member in members]
    return f"OutOf({quorum.of(len(principals))}, {', '.join(principals)})"
