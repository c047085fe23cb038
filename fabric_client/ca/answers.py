"""Reading fabric-ca's results; `result` is the JSON object of that name, always."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from fabric_client.ca.enrollment import Enrollment
from fabric_client.ca.errors import InvalidResponseError
from fabric_client.ca.issued import check_issued


def enrollment(operation: str, result: Mapping[str, Any], csr_pem: bytes) -> Enrollment:
    """Take the issued certificate and its chain, checked against the request.

    Raises:
        InvalidResponseError: something is missing, or was not asked for.
    """
    info = result.get("ServerInfo")
    if not isinstance(info, dict):
        raise InvalidResponseError(operation, "the answer holds no ServerInfo")
    issued = Enrollment(
        certificate_pem=pem(operation, result, "Cert"),
        ca_chain_pem=pem(operation, info, "CAChain"),
    )
    check_issued(operation, issued, csr_pem)
    return issued


def text(operation: str, result: Mapping[str, Any], name: str) -> str:
    """Take a string.

    Raises:
        InvalidResponseError: there is none of this name.
    """
    value = result.get(name)
    if not isinstance(value, str):
        raise InvalidResponseError(operation, f"the answer holds no {name}")
    return value


def pem(operation: str, result: Mapping[str, Any], name: str) -> bytes:
    """Take PEM out of base64.

    Raises:
        InvalidResponseError: there is none of this name, or it is neither.
    """
    try:
        pem = b64decode(text(operation, result, name), validate=True)
    except ValueError:
        pem = b""
    if not pem.startswith(b"-----BEGIN "):
        raise InvalidResponseError(operation, f"{name} in the answer is no PEM")
    return pem
