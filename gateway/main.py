"""One member's gateway as a process: `python -m gateway.main --config config.toml`."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import structlog
import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.bootstrap.build import build
from gateway.bootstrap.fabric import fabric_adapters, settings_of
from gateway.config import Configuration, ConfigurationError, load
from gateway.logs import log_as_json

_GRACE_SECONDS = 10
_FAREWELL_SECONDS = 1.0
_HEAD_SECONDS = 30.0
_IDLE_SECONDS = 20
"""Clients give up an idle connection after 5 s (httpx): were it the same here, a request would now
and then meet the end of its connection."""


class _Connection(H11Protocol):
    """Ends with the server, without an answer to TLS's farewell; and where no request comes.

    Another gateway keeps its connections for later and reads nothing from them meanwhile: each
    would be waited for until the grace ends.
    """

    _ending = False
    _expecting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take what comes; a head that comes byte by byte is not waited for for ever."""
        super().data_received(data)
        if self._answers():
            self._expect_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._expect_no_more()

    def shutdown(self) -> None:
        """Finish what is under way, and end soon where nothing is."""
        self._ending = True
        if self._answers():
            super().shutdown()
            return
        self._end_soon()
        # Closed a second time, it could not be ended any more (asyncio.sslproto).
        if not self.transport.is_closing():
            super().shutdown()

    def on_response_complete(self) -> None:
        """Go on to the next request, or end."""
        super().on_response_complete()
        if not self._answers():
            self._expect()
        if self._ending:
            self._end_soon()

    def _answers(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        self._expect_no_more()
        self._expecting = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)

    def _expect_no_more(self) -> None:
        if self._expecting is not None:
            self._expecting.cancel()
            self._expecting = None

    def _end_soon(self) -> None:
        self.loop.call_later(_FAREWELL_SECONDS, self.transport.abort)


class _Server(uvicorn.Server):
    """Ends in peace when asked to: uvicorn's own would raise the signal again at the end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Finish what is under way, then leave."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def main() -> int:
    """Serve until told to stop.

    Returns:
        0 after a stop by signal; 2 where the configuration does not allow a start; 1 where the
        start failed otherwise.
    """
    parser = argparse.ArgumentParser(prog="python -m gateway.main", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the gateway's config.toml")
    file: Path = parser.parse_args().config
    log_as_json()
    try:
        configuration = load(file)
        with _alone(configuration.storage.database):
            return asyncio.run(_serve(configuration))
    except ConfigurationError as error:
        structlog.get_logger().error("not started", reason=str(error))
        return 2


@contextlib.contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Hold the database's lock: two processes would both carry on what one of them accepted.

    Raises:
        ConfigurationError: another process holds it, or there is no place for it.
    """
    lock = FileLock(database.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        reason = f"another gateway serves from {database}: stop it first"
        raise ConfigurationError(reason) from error
    except OSError as error:
        raise ConfigurationError(f"there is no place for {database}: {error}") from error
    try:
        yield
    finally:
        lock.release()


async def _serve(configuration: Configuration) -> int:
    gateway = build(await fabric_adapters(configuration), settings_of(configuration))
    await _asked_once(gateway.app)
    listen = configuration.listen
    server = _Server(
        uvicorn.Config(
            gateway.app,
            host=listen.host,
            port=listen.port,
            timeout_keep_alive=_IDLE_SECONDS,
            http=_Connection,
            ssl_certfile=listen.certificate,
            ssl_keyfile=listen.key,
            log_config=None,
            access_log=False,  # paths and addresses say who did what when
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            lifespan="on",
        )
    )
    await server.serve()
    return 0 if server.started else 1


async def _asked_once(app: FastAPI) -> None:
    """Ask for what nobody has: FastAPI lays its routes out when the first request comes."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://gateway") as client:
        await client.get("/v1/nothing")


if __name__ == "__main__":
    sys.exit(main())
