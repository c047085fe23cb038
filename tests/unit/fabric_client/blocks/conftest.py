"""A chain with a BFT ordering service in memory."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2
from fabric_protos.msp import msp_config_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2

from fabric_client.blocks.header import hash_of_data, header_bytes, header_hash
from fabric_client.identity import SigningIdentity

MEMBERS = ("alphaMSP", "betaMSP", "gammaMSP", "ministryMSP")


def msp_value(msp_id: str, root: bytes) -> configtx_pb2.ConfigValue:
    def unit(name: str) -> Any:
        return msp_config_pb2.FabricOUIdentifier(organizational_unit_identifier=name)

    config = msp_config_pb2.FabricMSPConfig(
        name=msp_id,
        root_certs=[root],
        tls_root_certs=[b"tls root"],
        revocation_list=[b"crl"],
        fabric_node_ous=msp_config_pb2.FabricNodeOUs(
            enable=True,
            client_ou_identifier=unit("client"),
            peer_ou_identifier=unit("peer"),
            admin_ou_identifier=unit("admin"),
            orderer_ou_identifier=unit("orderer"),
        ),
    )
    message = msp_config_pb2.MSPConfig(type=0, config=config.SerializeToString())
    return configtx_pb2.ConfigValue(value=message.SerializeToString())


@dataclass
class Chain:
    """Makes blocks; each is given as bytes and remembered as the last."""

    root: bytes
    orderers: list[SigningIdentity]
    blocks: list[bytes] = field(default_factory=list)
    previous_hash: bytes = b""

    def config_envelope(self, sequence: int = 0) -> bytes:
        consenters = [
            configuration_pb2.Consenter(
                id=index + 1,
                host="localhost",
                port=7050 + index,
                msp_id=orderer.identity.msp_id,
                identity=orderer.identity.certificate_pem,
            )
            for index, orderer in enumerate(self.orderers)
        ]
        ordering = configtx_pb2.ConfigGroup()
        consensus = orderer_configuration_pb2.ConsensusType(type="BFT")
        ordering.values["ConsensusType"].value = consensus.SerializeToString()
        mapping = configuration_pb2.Orderers(consenter_mapping=consenters)
        ordering.values["Orderers"].value = mapping.SerializeToString()
        application = configtx_pb2.ConfigGroup()
        for index, msp_id in enumerate(MEMBERS):
            addresses = configuration_pb2.OrdererAddresses(addresses=[f"localhost:{7050 + index}"])
            group = ordering.groups[msp_id]
            group.values["MSP"].CopyFrom(msp_value(msp_id, self.root))
            group.values["Endpoints"].value = addresses.SerializeToString()
            group = application.groups[msp_id]
            group.values["MSP"].CopyFrom(msp_value(msp_id, self.root))
            anchor = peer_configuration_pb2.AnchorPeer(host="localhost", port=7051 + index)
            anchors = peer_configuration_pb2.AnchorPeers(anchor_peers=[anchor])
            group.values["AnchorPeers"].value = anchors.SerializeToString()
        config = configtx_pb2.Config(sequence=sequence)
        config.channel_group.groups["Orderer"].CopyFrom(ordering)
        config.channel_group.groups["Application"].CopyFrom(application)
        header = common_pb2.ChannelHeader(type=1, channel_id="credits")
        payload = common_pb2.Payload(
            header=common_pb2.Header(channel_header=header.SerializeToString()),
            data=configtx_pb2.ConfigEnvelope(config=config).SerializeToString(),
        )
        return bytes(common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString())

    async def add(
        self,
        *envelopes: bytes,
        signers: tuple[int, ...] = (0, 1, 2),
        codes: bytes | None = None,
        number: int | None = None,
        previous_hash: bytes | None = None,
        data_hash: bytes | None = None,
    ) -> bytes:
        number = len(self.blocks) if number is None else number
        previous = self.previous_hash if previous_hash is None else previous_hash
        data = hash_of_data(envelopes) if data_hash is None else data_hash
        value = common_pb2.OrdererBlockMetadata(
            last_config=common_pb2.LastConfig(index=0)
        ).SerializeToString()
        signatures = []
        for index in signers:
            identifier = common_pb2.IdentifierHeader(
                identifier=index + 1, nonce=b"n"
            ).SerializeToString()
            message = value + identifier + header_bytes(number, previous, data)
            signatures.append(
                common_pb2.MetadataSignature(
                    identifier_header=identifier,
                    signature=await self.orderers[index].sign(message),
                )
            )
        metadata = common_pb2.Metadata(value=value, signatures=signatures).SerializeToString()
        block = common_pb2.Block(
            header=common_pb2.BlockHeader(number=number, previous_hash=previous, data_hash=data),
            data=common_pb2.BlockData(data=envelopes),
            metadata=common_pb2.BlockMetadata(
                metadata=[
                    metadata,
                    b"",
                    bytes(len(envelopes)) if codes is None else codes,
                    b"",
                    b"",
                ]
            ),
        ).SerializeToString()
        self.blocks.append(block)
        self.previous_hash = header_hash(number, previous, data)
        return bytes(block)


@pytest.fixture
async def chain(authority: Any) -> Chain:
    """A chain that begins with its configuration."""
    orderers = [authority.signing_identity(msp_id, "orderer", "orderer") for msp_id in MEMBERS]
    chain = Chain(authority.root_pem, orderers)
    await chain.add(chain.config_envelope(), signers=())
    return chain
