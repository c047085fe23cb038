"""`python -m chaincode.service`: serve the credit chaincode to this member's peer."""

import asyncio
import logging
import os
import signal
import sys

import structlog

from chaincode.contracts.router import Router
from chaincode.ledger.stub import Stub
from chaincode.service.settings import SettingMissing, Settings, read_settings
from chaincode.shim import ChaincodeServer, ConfigurationError, Response, ServerTLS

_EXIT_CONFIGURATION = 78  # sysexits.h, EX_CONFIG


class CreditChaincode:
    """A chaincode of the shim that answers by the router."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, stub: Stub) -> Response:
        """Answer one invocation."""
        reply = await self._router(stub)
        return Response(status=reply.status, message=reply.message, payload=reply.payload)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        ConfigurationError: the TLS files or the address cannot be used.
    """
    tls = ServerTLS.from_files(
        settings.certificate, settings.private_key, settings.client_authority
    )
    chaincode = CreditChaincode(Router(settings.constitution_digest, member=settings.member))
    server = ChaincodeServer(settings.chaincode_id, settings.address, chaincode, tls)
    serving = asyncio.create_task(server.serve_forever())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        structlog.get_logger(__name__).info("chaincode-ended")


def main() -> int:
    """Run the process: 0 after a signal, 78 where it is not configured."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        asyncio.run(serve(read_settings(os.environ)))
    except (SettingMissing, ConfigurationError) as error:
        sys.stderr.write(f"{error}\n")
        return _EXIT_CONFIGURATION
    return 0


if __name__ == "__main__":
    sys.exit(main())
