"""The adapters of a gateway on Fabric, from its configuration."""

import asyncio
from pathlib import Path

from cryptography import x509

from fabric_client.ca import CertificateAuthorityClient
from fabric_client.connection import ClientTls, Connection
from fabric_client.identity import PrivateKeySigner
from gateway.bootstrap.core import Adapters, Settings
from gateway.certification.fabric_ca import FabricCertification
from gateway.config import Configuration, ConfigurationError, KeyPair
from gateway.custody.errors import MasterKeyUnusable
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox
from gateway.evidence.folder_store import FolderStore
from gateway.exchange.client import GatewayClient
from gateway.exchange.peer import PeerGateway
from gateway.exchange.signing import RequestSigner
from gateway.ledger.fabric import FabricLedger
from gateway.ledger.roots import ChannelRoots
from gateway.services.clock import system_clock
from gateway.services.members import KnownMember
from gateway.services.ports import Identity, Speaker
from gateway.storage.database import Database


def settings_of(configuration: Configuration) -> Settings:
    """What the use cases need of the configuration."""
    return Settings(
        msp_id=configuration.member.msp_id,
        title=configuration.member.title,
        origin=configuration.listen.url,
        constitution_digest=configuration.ledger.constitution_digest,
        members={
            item.msp_id: KnownMember(item.name, item.title, item.msp_id, item.gateway)
            for item in configuration.members
        },
        work_limit_bytes=configuration.limits.work_bytes,
    )


async def fabric_adapters(configuration: Configuration) -> Adapters:
    """Make the adapters; nothing is asked of anybody yet.

    Raises:
        ConfigurationError: a file that the configuration names is missing or unusable.
    """
    try:
        return await _adapters(configuration)
    except (OSError, ValueError, TypeError, MasterKeyUnusable) as error:
        raise ConfigurationError(f"the gateway cannot start: {error}") from error


def load_speaker(msp_id: str, certificate: Path, key: Path) -> Speaker:
    """An identity and its key from PEM files.

    Raises:
        OSError, ValueError, TypeError: a file is missing, or holds something else.
    """
    signer = PrivateKeySigner.from_pem(key.read_bytes())
    return Speaker(Identity(msp_id, certificate.read_bytes()), signer)


async def _adapters(configuration: Configuration) -> Adapters:
    member, ledger, ca = configuration.member, configuration.ledger, configuration.ca
    peer, storage = ledger.peer, configuration.storage
    gateway, master, roots, secret = await asyncio.gather(
        asyncio.to_thread(
            load_speaker, member.msp_id, ledger.identity.certificate, ledger.identity.key
        ),
        asyncio.to_thread(MasterKeys.load, storage.master_key),
        asyncio.to_thread(peer.tls_root.read_bytes),
        asyncio.to_thread(ca.registrar_secret.read_text, "ascii"),
    )
    connection = Connection(
        peer.endpoint, roots, client=await asyncio.to_thread(_client_tls, peer.client)
    )
    authority = CertificateAuthorityClient(
        ca.url, ca.name, await asyncio.to_thread(ca.tls_root.read_bytes)
    )
    return Adapters(
        database=Database(storage.database),
        ledger=FabricLedger(
            connection,
            msp_id=member.msp_id,
            channel=ledger.channel,
            chaincode=ledger.chaincode,
        ),
        certification=FabricCertification(
            authority, msp_id=member.msp_id, registrar=ca.registrar, secret=secret.strip()
        ),
        box=SecretBox(master),
        store=await FolderStore.open(storage.work),
        gateway=gateway,
        client=GatewayClient(
            RequestSigner(
                msp_id=member.msp_id,
                certificate=x509.load_pem_x509_certificate(gateway.identity.certificate),
                signer=gateway.signer,
                clock=system_clock,
            )
        ),
        peers=await asyncio.to_thread(_peers, configuration),
        roots=ChannelRoots(connection, gateway, channel=ledger.channel),
        clock=system_clock,
        close=(authority.close, connection.close),
    )


def _client_tls(pair: KeyPair) -> ClientTls:
    return ClientTls(pair.certificate.read_bytes(), pair.key.read_bytes())


def _peers(configuration: Configuration) -> dict[str, PeerGateway]:
    return {
        item.msp_id: PeerGateway(item.msp_id, item.gateway, item.tls_root.read_text("ascii"))
        for item in configuration.members
    }
