"""The members of the consortium: what the constitution says, and where their gateways are."""

from collections.abc import Mapping
from dataclasses import dataclass

from chaincode.domain.constitution import Constitution
from chaincode.domain.keys import CONSTITUTION_KEY
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class KnownMember:
    """What this member's operator configured of another."""

    name: str
    title: str
    msp_id: str
    gateway: str
    """Base URL of its gateway."""


class Members:
    """Reads the constitution and adds addresses to it."""

    def __init__(self, records: Records, known: Mapping[str, KnownMember]) -> None:
        """Take what is configured, by MSP id."""
        self._records = records
        self._known = known

    async def all(self) -> list[dict[str, str | None]]:
        """Each member: msp_id, kind, and name, title, gateway where they are configured.

        Raises:
            LedgerRefused: `wrong-state` before InitLedger.
            LedgerUnavailable: the peer cannot be reached.
        """
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        found = []
        for member in constitution.content.members:
            known = self._known.get(member.msp_id)
            found.append(
                {
                    "msp_id": member.msp_id,
                    "kind": member.kind.value,
                    "name": known.name if known else None,
                    "title": known.title if known else None,
                    "gateway": known.gateway if known else None,
                }
            )
        return found
