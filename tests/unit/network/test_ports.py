import os
import socket
import threading
from collections.abc import Iterator

import pytest

from network.endpoint import Endpoint
from network.errors import PortTakenError
from network.processes import ports
from network.processes.ports import free_offset, lent, need_free, owner, taken


@pytest.fixture
def listening() -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Endpoint("127.0.0.1", server.getsockname()[1])


def test_a_taken_port_is_named_with_component_and_owner(listening: Endpoint) -> None:
    with pytest.raises(PortTakenError) as caught:
        need_free([("beta/peer", listening)])
    message = str(caught.value)
    assert f"port {listening.port}, needed by beta/peer, is taken by " in message
    assert f"(process {os.getpid()})" in message
    assert "--port-offset" in message


def test_a_port_that_an_ending_program_still_holds_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "_open_files", lambda _: set())
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        endpoint = Endpoint("127.0.0.1", held.getsockname()[1])
        ended = threading.Timer(0.2, held.close)
        ended.start()
        need_free([("alpha/peer", endpoint)])
        ended.join()
    assert not taken(endpoint)


def test_a_free_port_is_free(listening: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = Endpoint("127.0.0.1", server.getsockname()[1])
    need_free([("beta/peer", free)])
    assert not taken(free)
    assert taken(listening)
    assert owner(free.port) == "an outgoing connection, for a minute or so"


def test_ports_that_the_system_gives_to_outgoing_connections_are_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outgoing:
        outgoing.bind(("127.0.0.1", 0))
        port = outgoing.getsockname()[1]
        given = [Endpoint("127.0.0.1", one) for one in (1023, port)]
        doubt = lent(given)
        with pytest.raises(PortTakenError) as caught:
            need_free([("beta/peer", given[1])])
    assert "is taken by an outgoing connection" in str(caught.value)
    assert "CROSSCREDIT_PORT_OFFSET" in str(caught.value)
    assert doubt is not None
    assert f"Ports {port} to {port} " in doubt
    assert lent(given[:1]) is None


def test_the_first_offset_without_a_taken_port_is_chosen(listening: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = Endpoint("127.0.0.1", server.getsockname()[1])
    assert free_offset([(0, [free, listening]), (1000, [free]), (2000, [free])]) == 1000
    with pytest.raises(PortTakenError):
        free_offset([(0, [listening])])
