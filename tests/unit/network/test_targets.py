import socket
from typing import Any

import pytest

from network import targets
from network.endpoint import Endpoint


@pytest.fixture
def nobody() -> Endpoint:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Endpoint("127.0.0.1", server.getsockname()[1])


def kernel_that_gives(port: int, *, by: str) -> type[socket.socket]:
    """Sockets that are given this port, by `bind` to any port or by `connect`."""

    class Given(socket.socket):
        def bind(self, address: Any) -> None:
            super().bind(("127.0.0.1", port) if by == "bind" else address)

        def connect(self, address: Any) -> None:
            if by == "connect" and self.getsockname()[1] == 0:
                super().bind(("127.0.0.1", port))
            super().connect(address)

    return Given


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["connect", "bind"])
async def test_a_question_to_nobody_does_not_answer_itself(
    monkeypatch: pytest.MonkeyPatch, nobody: Endpoint, by: str
) -> None:
    monkeypatch.setattr(socket, "socket", kernel_that_gives(nobody.port, by=by))
    with pytest.raises(ConnectionRefusedError):
        await targets._connect(nobody)
    monkeypatch.undo()
    with socket.create_server((nobody.host, nobody.port)):
        (await targets._connect(nobody)).close()
