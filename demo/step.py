"""One REST call of a story, as it can be shown: copyable, and without secrets."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SECRETS = frozenset({"passphrase", "activation_code", "token"})
_SECRETS_SENT = _SECRETS | {"code"}
MASK = "•••"
PROBLEM = "urn:crosscredit:problem:"
"""What the type of a refusal begins with."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of an operation, as the operation document tells it."""

    function: str
    transaction_id: str
    block: int | None
    endorsed_by: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Step:
    """A call and its answer. Secrets are masked in `body` and `response`."""

    phase: str
    title: str
    actor: str
    member: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    """The JSON body; None where there is none, or where a file was sent."""
    file: str | None
    """Name of the file that was sent as it is."""
    status: int
    response: Any
    """The JSON answer, or a description of the bytes that came."""
    transactions: tuple[Transaction, ...] = ()
    certificate_authority: str | None = field(default=None, repr=False)
    """File with the certificates that the gateway's TLS certificate chains to."""

    def curl(self) -> str:
        """Write the call so that it can be pasted into a shell; secrets are its variables."""
        parts = ["curl", "-sS"]
        if self.certificate_authority:
            parts += ["--cacert", shlex.quote(self.certificate_authority)]
        if self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.headers.items():
            # Double quotes: the token is a shell variable.
            escaped = value.replace('"', '\\"')
            parts += ["-H", f'"{name}: {escaped}"']
        if self.file:
            parts += ["--data-binary", shlex.quote(f"@{self.file}")]
        elif self.body is not None:
            parts += ["--json", shlex.quote(json.dumps(self.body, ensure_ascii=False))]
        return " ".join([*parts, shlex.quote(self.url)])


def masked_request(body: Any) -> Any:
    """A copy of a request with every secret replaced; a one-time code is one."""
    return _masked(body, _SECRETS_SENT)


def masked_response(body: Any) -> Any:
    """A copy of an answer with every secret replaced."""
    return _masked(body, _SECRETS)


def _masked(value: Any, secrets: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if name in secrets and item else _masked(item, secrets)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item, secrets) for item in value]
    return value


def transactions_of(document: Any) -> tuple[Transaction, ...]:
    """The transactions of an operation document; none where the answer is no operation."""
    found = document.get("transactions", ()) if isinstance(document, dict) else ()
    return tuple(
        Transaction(
            function=entry["function"],
            transaction_id=entry.get("transaction_id") or "",
            block=entry.get("block"),
            endorsed_by=tuple(entry["endorsed_by"]),
            code=entry.get("code") or "",
        )
        for entry in found
    )
