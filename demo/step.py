"""One REST call of a story, as it can be shown: copyable, and without secrets."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SECRET_FIELDS = frozenset({"passphrase", "code", "activation_code", "token", "access_token"})
"""Names of JSON fields whose values are never shown."""
MASK = "•••"


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
            parts += ["-H", f'"{name}: {value}"']
        if self.file:
            parts += ["--data-binary", shlex.quote(f"@{self.file}")]
        elif self.body is not None:
            parts += ["--json", shlex.quote(json.dumps(self.body, ensure_ascii=False))]
        return " ".join([*parts, shlex.quote(self.url)])


def masked(value: Any) -> Any:
    """A copy of a JSON value with every secret replaced."""
    if isinstance(value, dict):
        return {
            name: MASK if name in SECRET_FIELDS and item else masked(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def transactions_of(document: Any) -> tuple[Transaction, ...]:
    """The transactions of an operation document; none where the answer is no operation."""
    if not isinstance(document, dict):
        return ()
    operation = document.get("operation", document)
    found = operation.get("transactions", ()) if isinstance(operation, dict) else ()
    return tuple(
        Transaction(
            function=entry["function"],
            transaction_id=entry["transaction_id"],
            block=entry["block"],
            endorsed_by=tuple(entry["endorsed_by"]),
            code=entry["code"],
        )
        for entry in found
    )
