from typing import Any

import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2

from fabric_client.blocks import NodeUnits, parse_block, parse_config_block
from fabric_client.blocks.msp_config import parse_msp_config
from fabric_client.wire import MalformedMessageError


async def test_members_orderers_and_consenters_are_read(chain: Any) -> None:
    block = parse_block(chain.blocks[0])
    assert block.is_config
    config = parse_config_block(block)
    assert (config.channel_id, config.sequence, config.consensus) == ("credits", 0, "BFT")
    assert sorted(config.msps()) == ["alphaMSP", "betaMSP", "gammaMSP", "ministryMSP"]
    msp = config.msps()["betaMSP"]
    assert msp.roots == (chain.root,)
    assert (msp.tls_roots, msp.revocation_lists) == ((b"tls root",), (b"crl",))
    assert msp.node_units == NodeUnits("client", "peer", "admin", "orderer")
    assert config.orderers["gammaMSP"].orderer_endpoints == ("localhost:7052",)
    assert config.application["gammaMSP"].anchor_peers == ("localhost:7053",)
    assert [item.id for item in config.consenters] == [1, 2, 3, 4]
    assert config.consenters[1].msp_id == "betaMSP"
    assert config.consenters[1].certificate_pem == chain.orderers[1].identity.certificate_pem


async def test_groups_that_disagree_about_a_member_are_refused(chain: Any) -> None:
    envelope = common_pb2.Envelope.FromString(chain.config_envelope())
    payload = common_pb2.Payload.FromString(envelope.payload)
    content = configtx_pb2.ConfigEnvelope.FromString(payload.data)
    group = content.config.channel_group.groups["Orderer"].groups["alphaMSP"]
    message = msp_config_pb2.MSPConfig.FromString(group.values["MSP"].value)
    inner = msp_config_pb2.FabricMSPConfig.FromString(message.config)
    inner.root_certs[0] = b"another root"
    message.config = inner.SerializeToString()
    group.values["MSP"].value = message.SerializeToString()
    payload.data = content.SerializeToString()
    envelope.payload = payload.SerializeToString()
    config = parse_config_block(parse_block(await chain.add(envelope.SerializeToString())))
    with pytest.raises(MalformedMessageError, match="disagree about alphaMSP"):
        config.msps()


async def test_a_member_that_makes_its_own_part_unreadable_hides_no_other(chain: Any) -> None:
    envelope = common_pb2.Envelope.FromString(chain.config_envelope())
    payload = common_pb2.Payload.FromString(envelope.payload)
    content = configtx_pb2.ConfigEnvelope.FromString(payload.data)
    for group in ("Application", "Orderer"):
        own = content.config.channel_group.groups[group].groups["alphaMSP"]
        own.values["MSP"].value = msp_config_pb2.MSPConfig(type=1).SerializeToString()
    payload.data = content.SerializeToString()
    envelope.payload = payload.SerializeToString()
    config = parse_config_block(parse_block(await chain.add(envelope.SerializeToString())))
    assert config.application["alphaMSP"].msp is None
    assert sorted(config.msps()) == ["betaMSP", "gammaMSP", "ministryMSP"]


async def test_another_block_holds_no_configuration(chain: Any) -> None:
    with pytest.raises(MalformedMessageError, match="holds no configuration"):
        parse_config_block(parse_block(await chain.add(b"one")))


def test_an_msp_of_another_kind_is_refused() -> None:
    with pytest.raises(MalformedMessageError, match="kind 1"):
        parse_msp_config(msp_config_pb2.MSPConfig(type=1).SerializeToString())
