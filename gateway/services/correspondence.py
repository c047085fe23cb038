"""What use cases ask of other members' gateways; `gateway.correspondence` satisfies it."""

from collections.abc import Mapping
from typing import Protocol

from chaincode.domain.json_value import JsonValue


class Correspondent(Protocol):
    """Asks another member's gateway, signed in the name of this one."""

    async def evidence(self, member: str, request: str) -> Mapping[str, JsonValue]:
        """The evidence bundle of a consented request, sealed to this member.

        Raises:
            ConsentMissing: the holder has not consented, or took the consent back.
            PeerSaidNo: another refusal.
            PeerUnavailable: no answer; trying again is safe.
        """

    async def fetch_body(self, member: str, request: str, body: str, *, size: int) -> None:
        """Bring a sealed body of a consented request into this gateway's store.

        Raises:
            ConsentMissing, PeerSaidNo, PeerUnavailable: see `evidence`.
            BodyAltered: other bytes came than were asked for.
            WorkStoreFull, WorkStoreFailed: it could not be kept.
        """

    async def held_values(self, member: str, enrolment: str) -> Mapping[str, JsonValue]:
        """What a party of an enrolment knows of it, sealed to this member as the credit's home.

        Raises:
            PeerSaidNo: it refuses.
            PeerUnavailable: no answer; trying again is safe.
        """
