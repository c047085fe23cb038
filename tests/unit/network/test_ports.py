import os
import socket
from collections.abc import Iterator

import pytest

from network.endpoint import Endpoint
from network.errors import PortTakenError
from network.processes.ports import free_offset, need_free, owner, taken


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


def test_a_free_port_is_free(listening: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = Endpoint("127.0.0.1", server.getsockname()[1])
    need_free([("beta/peer", free)])
    assert not taken(free)
    assert taken(listening)
    assert owner(free.port) == "a process that this user cannot see"


def test_the_first_offset_without_a_taken_port_is_chosen(listening: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = Endpoint("127.0.0.1", server.getsockname()[1])
    assert free_offset([(0, [free, listening]), (1000, [free]), (2000, [free])]) == 1000
    with pytest.raises(PortTakenError):
        free_offset([(0, [listening])])
