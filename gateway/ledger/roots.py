"""Who may speak for a member: what the channel's own configuration says, asked of the own peer."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from cryptography import x509

from chaincode.ledger.memory.authority import Authority
from fabric_client.blocks.channel_config import parse_config_block
from fabric_client.blocks.msp_config import MspConfig
from fabric_client.connection import Connection
from fabric_client.errors import FabricClientError
from fabric_client.gateway import Gateway
from fabric_client.identity import Identity as FabricIdentity
from fabric_client.system import SystemChaincodes
from gateway.exchange.errors import MemberUnknown
from gateway.exchange.trust import MemberTrust
from gateway.services.errors import LedgerUnavailable
from gateway.services.ports import Speaker

_FRESH_SECONDS: Final = 5.0


class ChannelRoots:
    """Reads the configuration in force; what was read serves for some seconds.

    The same block is not taken apart twice: one that a member made large and odd takes seconds.
    """

    def __init__(self, connection: Connection, gateway: Speaker, *, channel: str) -> None:
        """Take the connection to the own peer and the gateway's identity."""
        identity = FabricIdentity(gateway.identity.msp_id, gateway.identity.certificate)
        network = Gateway(connection, identity, gateway.signer).get_network(channel)
        self._system = SystemChaincodes(network, organizations=(gateway.identity.msp_id,))
        self._known: Mapping[str, MspConfig] = {}
        self._block: bytes | None = None
        self._read_at = -_FRESH_SECONDS

    async def of_member(self, msp_id: str) -> MemberTrust:
        """What the channel says of a member.

        Raises:
            MemberUnknown: the channel has no such member.
            LedgerUnavailable: the peer cannot be reached.
        """
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            try:
                await self._read()
            except FabricClientError as error:
                raise LedgerUnavailable("the channel's configuration cannot be read") from error
            self._read_at = time.monotonic()
        found = self._known.get(msp_id)
        if found is None:
            raise MemberUnknown(f"the channel has no member {msp_id[:64]} that can be read")
        try:
            return _trust(found)
        except ValueError as error:
            raise MemberUnknown(f"what the channel says of {msp_id[:64]} cannot be read") from error

    async def _read(self) -> None:
        block = await self._system.config_block()
        if block.hash != self._block:
            config = await asyncio.to_thread(parse_config_block, block)
            self._known, self._block = config.msps(), block.hash


def _trust(found: MspConfig) -> MemberTrust:
    return MemberTrust(
        found.msp_id,
        roots=tuple(map(x509.load_pem_x509_certificate, found.roots)),
        intermediates=tuple(map(x509.load_pem_x509_certificate, found.intermediates)),
        revocations=tuple(map(x509.load_pem_x509_crl, found.revocation_lists)),
    )


class SandboxRoots:
    """The sandbox's authorities."""

    def __init__(self, authorities: Mapping[str, Authority]) -> None:
        """Take each member's authority by MSP id."""
        self._authorities = authorities

    async def of_member(self, msp_id: str) -> MemberTrust:
        """What the sandbox knows of a member.

        Raises:
            MemberUnknown: there is no such member.
        """
        found = self._authorities.get(msp_id)
        if found is None:
            raise MemberUnknown(f"the sandbox has no member {msp_id[:64]}")
        return MemberTrust(msp_id, roots=(x509.load_pem_x509_certificate(found.certificate),))
