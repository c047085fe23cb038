"""`crosscredit` as typed by somebody whose session is in a folder of the test."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner, Result

from gateway.cli.admin import app
from gateway.cli.exit_codes import Found

RUNNER = CliRunner()


@dataclass
class Shell:
    """Somebody's shell; standard input is no terminal."""

    state: Path
    url: str
    roots: Path

    async def run(self, *arguments: str, typed: str = "", code: int = 0, of: Typer = app) -> Result:
        """Run a command, in a thread: the gateway that answers may live in the loop."""
        result = await asyncio.to_thread(
            RUNNER.invoke, of, list(arguments), input=typed, env=self._environment
        )
        said = f"{result.output}\n{result.exception!r}"
        assert result.exit_code == code, said
        assert isinstance(result.exception, SystemExit | None), said
        if code in set(Found):
            assert result.stdout
            assert result.stderr == ""
        elif code:
            assert len(result.stderr.splitlines()) == 1, said
            assert result.stdout == ""
        else:
            assert result.stderr == ""
        return result

    async def activate(self, login: str, typed: str, *, code: int = 0) -> Result:
        return await self.run("activate", *self._at(login), typed=typed, code=code)

    async def log_in(self, login: str, passphrase: str, *, code: int = 0) -> Result:
        return await self.run("login", *self._at(login), typed=f"{passphrase}\n", code=code)

    @property
    def session(self) -> Path:
        return self.state / "crosscredit" / "session.json"

    @property
    def _environment(self) -> dict[str, str | None]:
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"))
        return {"XDG_STATE_HOME": str(self.state), "COLUMNS": "200", **proxies}

    def _at(self, login: str) -> list[str]:
        return ["--login", login, "--gateway", self.url, "--cacert", str(self.roots)]
