"""An application behind TLS on loopback, in the event loop of the test."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from tests.support.shim.certificates import authority, issue, name


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the test run."""
        yield


class Loopback:
    """A TLS authority and the servers that it certifies."""

    def __init__(self, folder: Path) -> None:
        root = authority("loopback")
        pair = issue(root, name("localhost"))
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(root.certificate_pem)
        self._certificate, self._key = folder / "tls.pem", folder / "tls.key"
        self._certificate.write_bytes(pair.certificate_pem)
        self._key.write_bytes(pair.key_pem)

    @asynccontextmanager
    async def served(self, app: Any, **settings: Any) -> AsyncIterator[str]:
        """Serve an ASGI application, with more of uvicorn's settings; its address."""
        server = _Server(
            uvicorn.Config(
                app,
                ssl_certfile=self._certificate,
                ssl_keyfile=self._key,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                **settings,
            )
        )
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                # The socket listens already: who connects now is answered when the server is up.
                yield f"https://localhost:{listening.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


def closed_port() -> int:
    """A port at which nothing listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answering(
    status: int, content: bytes, media_type: str = "application/json", **headers: str
) -> Any:
    """Make an application that gives the same answer to everything."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        while (await receive()).get("more_body"):
            pass
        fields = {"content-type": media_type} | headers
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(k.encode(), v.encode()) for k, v in fields.items()],
            }
        )
        await send({"type": "http.response.body", "body": content})

    return app
