from typing import Any

import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from fabric_client.known_fields import known_only
from fabric_client.wire import MalformedMessageError, parse, serialize

_START, _END = b"\x9b\x06", b"\x9c\x06"
"""Of a group that is field 99: no message of Fabric's has it."""
DEEP = _START * 2_000 + _END * 2_000
GROUP = configtx_pb2.ConfigGroup(
    version=300,
    values={"MSP": configtx_pb2.ConfigValue(version=1, value=b"v" * 200, mod_policy="Admins")},
    mod_policy="Admins",
)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field; contents of up to 16383 bytes."""
    return bytes((number << 3 | 2, len(content) & 0x7F | 0x80, len(content) >> 7)) + content


def test_a_message_with_groups_that_nest_deep_is_read_as_go_reads_it() -> None:
    with pytest.raises(DecodeError):
        configtx_pb2.ConfigGroup.FromString(DEEP)
    assert parse(configtx_pb2.ConfigGroup, serialize(GROUP) + DEEP, "group") == GROUP


def test_it_may_stand_in_a_message_within() -> None:
    value = serialize(GROUP.values["MSP"]) + DEEP
    within = field(3, field(1, b"MSP") + field(2, value))
    found = parse(configtx_pb2.ConfigGroup, within, "group")
    assert found.values["MSP"] == GROUP.values["MSP"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        _START,
        _START + b"\xa4\x06",
        _END,
        b"\x0e\x01",
        b"\x09\x01",
        field(2, b"ten bytes.")[:-1],
        b"\xff" * 11,
        b"\x12\x02\x0a\x05",
    ],
    ids=[
        "no-end-of-number",
        "no-end-of-group",
        "end-of-another-group",
        "end-of-no-group",
        "no-such-form",
        "cut-fixed",
        "cut",
        "long-number",
        "cut-within",
    ],
)
def test_what_is_no_message_is_refused_all_the_same(content: bytes) -> None:
    with pytest.raises(MalformedMessageError, match="the block cannot be read"):
        parse(common_pb2.Block, DEEP + content, "block")


def test_known_messages_nest_so_deep_and_no_deeper() -> None:
    nested = b""
    for _ in range(60):
        nested = field(2, field(2, nested))
    with pytest.raises(MalformedMessageError):
        parse(configtx_pb2.ConfigGroup, nested, "group")


@given(st.integers(0, 2**64 - 1), st.binary(max_size=300), st.text(max_size=20))
def test_what_is_known_stays_as_it_is(number: int, content: bytes, name: str) -> None:
    header = common_pb2.BlockHeader(number=number, previous_hash=content)
    message: Any = common_pb2.Block(header=header, data=common_pb2.BlockData(data=[content, b""]))
    assert known_only(serialize(message), message.DESCRIPTOR) == serialize(message)
    config = configtx_pb2.ConfigGroup(version=number, groups={name: GROUP})
    found = known_only(serialize(config) + DEEP, config.DESCRIPTOR)
    assert configtx_pb2.ConfigGroup.FromString(found) == config
