"""Whom the channel's configuration lets speak, where one member writes its part with ill will."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2

from chaincode.ledger.memory.authority import Authority
from fabric_client.blocks import Block, parse_block
from fabric_client.connection import Connection
from fabric_client.system import SystemChaincodes
from gateway.custody.signers import ManagedSigner
from gateway.exchange.errors import MemberUnknown
from gateway.ledger.roots import ChannelRoots
from gateway.services.ports import Identity, Speaker

DEEP = b"\x9b\x06" * 150 + b"\x9c\x06" * 150
"""Groups of an unknown field, one in the other: Fabric's peers and orderers pass over them."""


def x509_msp(name: str, root: bytes) -> bytes:
    config = msp_config_pb2.FabricMSPConfig(name=name, root_certs=[root])
    return bytes(
        msp_config_pb2.MSPConfig(config=config.SerializeToString() + DEEP).SerializeToString()
    )


@pytest.fixture
def authority() -> Authority:
    return Authority("betaMSP", now=datetime(2026, 9, 1, tzinfo=UTC))


def configuration(members: dict[str, bytes]) -> Block:
    config = configtx_pb2.Config()
    for name, value in members.items():
        for group in ("Application", "Orderer"):
            own = config.channel_group.groups[group].groups[name]
            own.values["MSP"].value = value
    header = common_pb2.ChannelHeader(type=1, channel_id="credits").SerializeToString()
    payload = common_pb2.Payload(
        header=common_pb2.Header(channel_header=header),
        data=configtx_pb2.ConfigEnvelope(config=config).SerializeToString(),
    )
    envelope = common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString()
    block = common_pb2.Block(data=common_pb2.BlockData(data=[envelope]))
    return parse_block(block.SerializeToString())


@pytest.mark.parametrize(
    "own",
    [
        msp_config_pb2.MSPConfig(type=1).SerializeToString(),
        x509_msp("alphaMSP", b"no certificate"),
        b"\xff",
    ],
    ids=["of-another-kind", "no-certificate", "unreadable"],
)
async def test_a_member_that_spoils_its_part_of_the_configuration_silences_itself_alone(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, own: bytes
) -> None:
    beta = authority.certificate
    block = configuration({"alphaMSP": own, "betaMSP": x509_msp("betaMSP", beta)})

    async def config_block(_: SystemChaincodes) -> Block:
        return block

    monkeypatch.setattr(SystemChaincodes, "config_block", config_block)
    gateway = authority.enrol(common_name="gateway.beta")
    speaker = Speaker(Identity("betaMSP", gateway.certificate), ManagedSigner(gateway.key))
    connection = Connection("localhost:1", beta)
    roots = ChannelRoots(connection, speaker, channel="credits")
    try:
        with pytest.raises(MemberUnknown, match="alphaMSP"):
            await roots.of_member("alphaMSP")
        trust = await roots.of_member("betaMSP")
    finally:
        await connection.close()
    assert [root.public_bytes(Encoding.PEM) for root in trust.roots] == [beta]
