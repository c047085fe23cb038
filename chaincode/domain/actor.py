"""Who did something, where a member's gateway may do it as well as a person."""

from typing import Annotated

from pydantic import StringConstraints

from chaincode.domain.caller import Caller, Role

Actor = Annotated[
    str,
    StringConstraints(
        pattern=r"^(account/[A-Za-z][A-Za-z0-9-]{0,30}MSP/[0-9a-f]{32}"
        r"|gateway/[A-Za-z][A-Za-z0-9-]{0,30}MSP)$"
    ),
]
"""A person's account, or `gateway/<msp>`: a member's machine has no account."""


def actor_of(caller: Caller) -> str:
    """What a record says of who signed."""
    if caller.role is Role.GATEWAY:
        return f"gateway/{caller.msp_id}"
    return caller.account
