from pathlib import Path

import pytest

from network.config import DEFAULT_FILE, Kind, Quorum, load, parse
from network.errors import ConfigurationError

SHIPPED = DEFAULT_FILE.read_text(encoding="utf-8")


def with_change(old: str, new: str) -> str:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1)


def test_the_shipped_consortium_is_the_designs() -> None:
    consortium = load()
    assert [(m.name, m.msp_id, m.kind, m.orderer) for m in consortium.members] == [
        ("alpha", "alphaMSP", Kind.UNIVERSITY, True),
        ("beta", "betaMSP", Kind.UNIVERSITY, True),
        ("gamma", "gammaMSP", Kind.UNIVERSITY, True),
        ("ministry", "ministryMSP", Kind.AUTHORITY, True),
    ]
    assert [channel.name for channel in consortium.channels] == ["credits"]
    assert [chaincode.name for chaincode in consortium.chaincodes] == ["credit"]
    assert [(a.name, a.members, a.threshold) for a in consortium.alliances] == [
        ("north", ("alpha", "beta", "gamma"), 2)
    ]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('kind = "authority"', 'kind = "ministry"', "members.3.kind"),
        ("first_port = 17000", "first_port = 80", "members.0.first_port"),
        ("first_port = 17000", 'first_port = "17000"', "members.0.first_port"),
        ("first_port = 17100", "first_port = 17010", "members.1.first_port"),
        ('msp_id = "betaMSP"', 'msp_id = "alphaMSP"', "members.msp_id"),
        ('name = "beta"', 'name = "Beta"', "members.1.name"),
        ('name = "beta"', 'name = "alpha"', "members.name"),
        ('title = "Beta University"', "", "members.1.title"),
        ("gateway = 0", "gateway = 100", "ports.gateway"),
        ("ca = 1", "ca = 1\nfax = 2", "ports.fax"),
        ('"gamma", "ministry"]', '"gamma", "delta"]', "channels.0.members"),
        ('"gamma", "ministry"]', '"gamma", "gamma"]', "channels.0.members"),
        ('administration = "majority"', 'administration = "most"', "policies.administration"),
        ('batch_interval = "50ms"', 'batch_interval = "50"', "channels.0.ordering.batch_interval"),
        ("batch_messages = 500", "batch_messages = 0", "channels.0.ordering.batch_messages"),
        ('channel = "credits"', 'channel = "learning"', "chaincodes.0.channel"),
        ("sequence = 1", "sequence = 0", "chaincodes.0.sequence"),
        ('module = "chaincode.service"', 'module = "os; x"', "chaincodes.0.module"),
        ('name = "north"', 'name = "North"', "alliances.0.name"),
        ("threshold = 2", "threshold = 1", "alliances.0.threshold"),
        ("threshold = 2", "threshold = 4", "alliances.0.threshold"),
        ('"beta", "gamma"]\nthreshold', '"beta", "delta"]\nthreshold', "alliances.0.members"),
        ('"beta", "gamma"]\nthreshold', '"beta", "beta"]\nthreshold', "alliances.0.members"),
        ('host = "127.0.0.1"', 'host = "0.0.0.0"', "host"),
        ('host = "127.0.0.1"', 'host = "127.0.0.1"\nport_offset = 1', "port_offset"),
    ],
)
def test_a_wrong_field_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named.replace(".", r"\.")):
        parse(with_change(old, new))


def test_every_wrong_field_is_named_at_once() -> None:
    text = with_change('kind = "authority"', 'kind = "none"').replace("gateway = 0", "gateway = -1")
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert "members.3.kind" in str(caught.value)
    assert "ports.gateway" in str(caught.value)


def test_a_channel_needs_an_orderer() -> None:
    text = SHIPPED.replace("orderer = true", "orderer = false")
    with pytest.raises(
        ConfigurationError, match=r"channels\.0\.members: none of them runs an orderer"
    ):
        parse(text)


def test_a_channel_needs_a_deciding_member() -> None:
    text = SHIPPED.replace('kind = "university"', 'kind = "platform"')
    text = text.replace('kind = "authority"', 'kind = "employer"')
    with pytest.raises(ConfigurationError, match="no university or authority"):
        parse(text)


def test_ports_past_the_last_are_refused() -> None:
    text = SHIPPED.replace("first_port = 17000", "first_port = 65535")
    with pytest.raises(ConfigurationError, match=r"members\.0\.first_port: \d+ is no port"):
        parse(text)


def test_an_offset_that_leads_past_the_last_port_is_named() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(port_offset=60_000)
    said = str(refused.value)
    assert said.startswith("--port-offset 60000 (or CROSSCREDIT_PORT_OFFSET) is too much")
    assert "consortium.toml" not in said
    room = int(said.rsplit(" ", 1)[1].rstrip("."))
    assert load(port_offset=room).highest_port == 65_535
    with pytest.raises(ConfigurationError):
        load(port_offset=room + 1)


def test_broken_toml_and_missing_files_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        parse("members = [")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_only_universities_and_authorities_decide() -> None:
    with pytest.raises(ConfigurationError, match=r"alliances\.0\.members: alpha"):
        parse(with_change('kind = "university"', 'kind = "platform"'))
    text = with_change('["alpha", "beta", "gamma"]', '["beta", "gamma"]')
    consortium = parse(text.replace('kind = "university"', 'kind = "platform"', 1))
    channel = consortium.channel("credits")
    deciding = [member.name for member in consortium.deciding(channel)]
    assert deciding == ["beta", "gamma", "ministry"]


@pytest.mark.parametrize(
    ("quorum", "count", "needed"),
    [
        (Quorum.MAJORITY, 3, 2),
        (Quorum.MAJORITY, 4, 3),
        (Quorum.MAJORITY, 5, 3),
        (Quorum.ALL, 4, 4),
        (Quorum.ANY, 4, 1),
    ],
)
def test_quorums(quorum: Quorum, count: int, needed: int) -> None:
    assert quorum.of(count) == needed
