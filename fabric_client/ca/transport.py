"""One request to fabric-ca and what came of it."""

import json
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from fabric_client.ca.errors import (
    InvalidResponseError,
    RequestOutcomeUnknownError,
    UnreachableError,
    refusal,
)

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LARGEST_MESSAGE = 500  # of the authority's own text in an error


class Transport:
    """HTTPS to one fabric-ca server, trusting the given roots and nothing else."""

    def __init__(self, url: str, tls_roots_pem: bytes, timeout: float) -> None:
        if not url.startswith("https://"):
            raise ValueError("a certificate authority is spoken to over https:// alone")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=tls_roots_pem.decode("ascii"))
        # Without trust_env=False a .netrc entry would replace the Authorization header.
        self._http = httpx.AsyncClient(
            base_url=url, verify=context, timeout=timeout, trust_env=False, follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(
        self,
        operation: str,
        path: str,
        body: bytes,
        *,
        authorization: str | None = None,
        secret: str | None = None,
    ) -> Mapping[str, Any]:
        """Send a request and give the `result` of the answer.

        Args:
            operation: the name that errors carry.
            path: path and query, as the token covers them.
            body: JSON.
            authorization: the header's value.
            secret: what the authority may quote back and an error must not show.

        Raises:
            UnreachableError: nothing was sent.
            RequestOutcomeUnknownError: it was sent and no answer came.
            InvalidResponseError: the answer is not fabric-ca's.
            RequestRefusedError: the authority refused; see its subclasses.
        """
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        try:
            response = await self._http.post(path, content=body, headers=headers)
        except _NEVER_SENT as error:
            raise UnreachableError(
                operation, f"cannot reach {self._http.base_url}: {error or type(error).__name__}"
            ) from error
        except httpx.TransportError as error:
            raise RequestOutcomeUnknownError(
                operation, f"no answer from {self._http.base_url}: {type(error).__name__}"
            ) from error
        return _result(operation, response, secret)


def _result(operation: str, response: httpx.Response, secret: str | None) -> Mapping[str, Any]:
    try:
        document = json.loads(response.content)
        success, result = document["success"], document["result"]
        errors = [(int(item["code"]), str(item["message"])) for item in document["errors"]]
    except (ValueError, KeyError, TypeError):
        raise InvalidResponseError(
            operation, "the answer is not fabric-ca's", status=response.status_code
        ) from None
    if response.is_success and success is True and not errors:
        if not isinstance(result, dict):
            raise InvalidResponseError(
                operation, "the answer holds no result", status=response.status_code
            )
        return result
    code, message = errors[0] if errors else (0, "refused without a reason")
    if secret:
        message = message.replace(secret, "***")
    raise refusal(operation, response.status_code, code, message[:_LARGEST_MESSAGE])
