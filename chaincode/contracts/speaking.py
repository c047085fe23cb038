"""Who speaks for a member in what members agree on."""

from chaincode.contracts.operation import Call
from chaincode.domain.caller import Role
from chaincode.domain.constitution import MemberKind
from chaincode.domain.errors import NotPermitted


def require_speaks(call: Call) -> str:
    """The caller's member: a supervisor speaks for an authority, a registrar for all others.

    Raises:
        NotPermitted: another role, or no member.
    """
    kind = call.constitution.kind_of(call.caller.msp_id)
    speaker = Role.SUPERVISOR if kind is MemberKind.AUTHORITY else Role.REGISTRAR
    if call.caller.role is not speaker:
        raise NotPermitted(
            f"a {speaker.value} speaks for a member of this kind: {kind.value}",
            facts={"role": call.caller.role.value, "kind": kind.value},
        )
    return call.caller.msp_id
