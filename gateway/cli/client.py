"""Calls to a gateway, with every failure as an exit code and one clear sentence."""

import ssl
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import typer

from gateway.cli import session
from gateway.cli.errors import stop
from gateway.cli.exit_codes import ExitCode

_WAIT_SECONDS = 30
_LOOK_SECONDS = 2
_TIMEOUT_SECONDS = 60.0
_LONGEST_REASON = 500


class Client:
    """One gateway, as one person."""

    def __init__(
        self,
        gateway: str,
        certificate_authority: str | None,
        token: str | None = None,
        *,
        language: str | None = None,
    ) -> None:
        self._gateway = gateway.rstrip("/")
        if not self._gateway.startswith("https://"):
            raise stop(ExitCode.USAGE, f"{gateway} is no https:// address: secrets go nowhere else")
        try:
            self._tls = ssl.create_default_context(cafile=certificate_authority)
        except OSError as error:
            raise stop(
                ExitCode.UNREACHABLE, f"{certificate_authority} holds no certificates: {error}"
            ) from error
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if language is not None:
            self._headers["Accept-Language"] = language

    @classmethod
    def of_session(cls, *, language: str | None = None) -> "Client":
        """The client of whoever is logged in; ends the command where nobody is."""
        try:
            found = session.load()
        except session.NotLoggedIn as error:
            raise stop(ExitCode.NOT_LOGGED_IN, str(error)) from error
        return cls(found.gateway, found.certificate_authority, found.token, language=language)

    def get(self, path: str, **parameters: str | None) -> "Document":
        """Read; ends the command on a problem."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._call("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, Any]) -> "Document":
        """Write, under an idempotency key of this very command; ends the command on a problem."""
        headers = {"Idempotency-Key": str(uuid4()), "Prefer": f"wait={_WAIT_SECONDS}"}
        return self._call("POST", path, json=dict(body), headers=headers)

    def begin(self, path: str, body: Mapping[str, Any]) -> "Document":
        """Have something done that takes its time; what is known of it, final or not."""
        headers = {"Prefer": "wait=0"}
        return self._call("POST", path, final=False, json=dict(body), headers=headers)

    def follow(self, path: str) -> "Document":
        """Look at something that is under way: at its end, or after some seconds."""
        return self._call("GET", path, headers={"Prefer": f"wait={_LOOK_SECONDS}"})

    def delete(self, path: str) -> None:
        """Delete; ends the command on a problem."""
        self._call("DELETE", path)

    def _call(self, method: str, path: str, *, final: bool = True, **arguments: Any) -> "Document":
        headers = self._headers | arguments.pop("headers", {})
        try:
            with httpx.Client(verify=self._tls, timeout=_TIMEOUT_SECONDS) as http:
                url = self._gateway + path
                response = http.request(method, url, headers=headers, **arguments)
        except httpx.InvalidURL as error:
            raise stop(ExitCode.USAGE, f"{self._gateway} is no address: {error}") from error
        except httpx.HTTPError as error:
            raise stop(ExitCode.UNREACHABLE, self._unreachable(error)) from error
        return self._answer(response, final=final)

    def _unreachable(self, error: httpx.HTTPError) -> str:
        if _is_distrust(error):
            return (
                f"the certificate of {self._gateway} is not to be trusted: {error}; its roots are "
                "given by --cacert"
            )
        if isinstance(error, httpx.TimeoutException):
            return f"{self._gateway} does not answer in time; what was asked may have happened"
        return f"{self._gateway} does not answer: {error}"

    def _answer(self, response: httpx.Response, *, final: bool) -> "Document":
        status = response.status_code
        if status == httpx.codes.NO_CONTENT:
            return Document(self._gateway, {})
        try:
            content = response.json()
        except ValueError:
            content = None
        if not isinstance(content, dict) or response.is_redirect:
            kind = response.headers.get("Content-Type", "nothing")
            raise stop(
                ExitCode.UNREACHABLE,
                f"{self._gateway} answered {status} with {kind}, not as a gateway does: another "
                "program listens there, or a proxy stands between",
            )
        if not response.is_success:
            raise self._refusal(status, content)
        document = Document(self._gateway, content)
        if final and status == httpx.codes.ACCEPTED:
            raise stop(
                ExitCode.NOT_FINAL,
                f"accepted, not final yet: crosscredit admin operation {document['id']}",
            )
        return document

    def _refusal(self, status: int, problem: Mapping[str, Any]) -> typer.Exit:
        reason = str(problem.get("detail") or problem.get("title") or f"refused with {status}")
        sentence, field = reason[:_LONGEST_REASON], problem.get("field")
        if field and str(field) not in sentence:
            sentence += f" (field {field})"
        if status >= httpx.codes.INTERNAL_SERVER_ERROR and problem.get("instance"):
            sentence += f" ({problem['instance']})"
        if status != httpx.codes.UNAUTHORIZED:
            return stop(ExitCode.REFUSED, sentence)
        # Who is logging in, or cannot yet, needs no word of where that is done.
        hint = ": crosscredit admin login --help" if self._headers else ""
        return stop(ExitCode.NOT_LOGGED_IN, sentence + hint)


class Document(dict[str, Any]):
    """A gateway's answer; asking for a member that it does not have ends the command."""

    def __init__(self, gateway: str, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self._gateway = gateway

    def __missing__(self, name: str) -> Any:
        raise stop(
            ExitCode.UNREACHABLE,
            f"{self._gateway} answered without {name}, not as a gateway of this version does",
        )


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
