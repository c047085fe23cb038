"""One member's gateway as a process: `python -m gateway.main --config config.toml`."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

import structlog
import uvicorn

from gateway.bootstrap import build
from gateway.bootstrap_fabric import fabric_adapters, settings_of
from gateway.config import Configuration, ConfigurationError, load

_GRACE_SECONDS = 10


def main() -> int:
    """Serve until told to stop.

    Returns:
        0 after a stop by signal; 2 where the configuration does not allow a start; 1 where the
        start failed otherwise.
    """
    parser = argparse.ArgumentParser(prog="python -m gateway.main", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the gateway's config.toml")
    file: Path = parser.parse_args().config
    _log_as_json()
    try:
        return asyncio.run(_serve(load(file)))
    except ConfigurationError as error:
        structlog.get_logger().error("not started", reason=str(error))
        return 2


async def _serve(configuration: Configuration) -> int:
    gateway = build(await fabric_adapters(configuration), settings_of(configuration))
    listen = configuration.listen
    server = uvicorn.Server(
        uvicorn.Config(
            gateway.app,
            host=listen.host,
            port=listen.port,
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


def _log_as_json() -> None:
    """One JSON object a line, on standard error; no library speaks below warnings."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
