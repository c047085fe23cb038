"""What the commands of a registrar say of themselves."""

import pytest
from typer.main import get_command

from gateway.cli import admin, bulk, decisions, progress, rules, transfers
from tests.support.help import help_of

APPS = {
    "admin": admin.app,
    "rules": rules.app,
    "decisions": decisions.app,
    "bulk": bulk.app,
    "transfers": transfers.app,
    "progress": progress.app,
}
COMMANDS = [
    (name, command)
    for name, app in APPS.items()
    for command in sorted(get_command(app).commands)  # type: ignore[attr-defined]
]


def test_every_command_of_a_registrar_is_known_here() -> None:
    counts = {name: sum(of == name for of, _ in COMMANDS) for name in APPS}
    assert counts == {
        "admin": 16,
        "rules": 8,
        "decisions": 4,
        "bulk": 7,
        "transfers": 2,
        "progress": 1,
    }


@pytest.mark.parametrize(("of", "command"), COMMANDS)
def test_every_command_shows_an_example_of_itself(of: str, command: str) -> None:
    assert f"Example: crosscredit {of} {command}" in help_of(APPS[of], command)


@pytest.mark.parametrize(("of", "command"), COMMANDS)
def test_no_command_takes_a_secret_where_others_can_read_it(of: str, command: str) -> None:
    shown = help_of(APPS[of], command)
    assert not any(f"--{name}" in shown for name in ("passphrase", "code", "token"))
    assert "env var" not in shown
