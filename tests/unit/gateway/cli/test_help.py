"""What `crosscredit admin` says of its commands."""

import pytest
from typer.main import get_command

from gateway.cli import admin
from tests.support.help import help_of

COMMANDS = sorted(get_command(admin.app).commands)  # type: ignore[attr-defined]


def test_every_command_of_a_registrar_is_known_here() -> None:
    assert len(COMMANDS) == 14


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(command: str) -> None:
    assert f"Example: crosscredit admin {command}" in help_of(admin.app, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_takes_a_secret_where_others_can_read_it(command: str) -> None:
    shown = help_of(admin.app, command)
    assert not any(f"--{name}" in shown for name in ("passphrase", "code", "token"))
    assert "env var" not in shown
