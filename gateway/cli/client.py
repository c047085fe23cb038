"""Calls to a gateway, with every failure as an exit code and one clear sentence."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console

from gateway.cli.exit_codes import ExitCode
from gateway.cli.session import NotLoggedIn, Session, load

_errors = Console(stderr=True)
_WAIT_SECONDS = 30
_TIMEOUT_SECONDS = 60.0


class Client:
    """One gateway, as one person; a context manager."""

    def __init__(
        self, gateway: str, certificate_authority: str | None, token: str | None = None
    ) -> None:
        verify = httpx.create_ssl_context(verify=certificate_authority or True)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=gateway, verify=verify, headers=headers, timeout=_TIMEOUT_SECONDS
        )

    @classmethod
    def of_session(cls) -> "Client":
        """The client of whoever is logged in; ends the command where nobody is."""
        try:
            session: Session = load()
        except NotLoggedIn as error:
            raise stop(ExitCode.NOT_LOGGED_IN, str(error)) from error
        return cls(session.gateway, session.certificate_authority, session.token)

    def get(self, path: str, **parameters: str | None) -> Any:
        """Read; ends the command on a problem."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._call("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Write, under an idempotency key of this very command."""
        headers = {"Idempotency-Key": str(uuid4()), "Prefer": f"wait={_WAIT_SECONDS}"}
        return self._call("POST", path, json=dict(body), headers=headers)

    def delete(self, path: str) -> Any:
        """Delete."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise stop(
                ExitCode.UNREACHABLE, f"{self._http.base_url} does not answer: {error}"
            ) from error
        document = response.json() if response.content else {}
        if response.is_error:
            field = f" (field {document['field']})" if document.get("field") else ""
            code = (
                ExitCode.NOT_LOGGED_IN
                if response.status_code == httpx.codes.UNAUTHORIZED
                else ExitCode.REFUSED
            )
            raise stop(code, f"{document.get('detail', response.reason_phrase)}{field}")
        if response.status_code == httpx.codes.ACCEPTED:
            raise stop(
                ExitCode.NOT_FINAL,
                f"accepted, not final yet: crosscredit admin operation {document['id']}",
            )
        return document


def stop(code: ExitCode, sentence: str) -> typer.Exit:
    """Say one sentence on standard error and end with a code."""
    _errors.print(sentence, style="bold red" if code is not ExitCode.NOT_FINAL else "yellow")
    return typer.Exit(code)
