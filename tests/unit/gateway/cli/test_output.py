"""What people see of a document; programs get it as JSON."""

import json

import pytest
from rich.console import Console

from gateway.cli.output import show, show_list

OPERATION = {
    "id": "5e",
    "finished_at": None,
    "result": {"course": "betaMSP~9f~1", "note": None},
    "transactions": [
        {"function": "CheckCourse", "block": 7, "endorsed_by": ["alphaMSP", "betaMSP"]},
        {"function": "AwardCredit", "block": 8, "endorsed_by": []},
    ],
}


def test_people_read_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    show(OPERATION, as_json=False)
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        "id            5e",
        "finished_at   -",
        "result        course betaMSP~9f~1",
        "transactions  function CheckCourse, block 7, endorsed_by alphaMSP, betaMSP",
        "function AwardCredit, block 8, endorsed_by",
    ]


def test_programs_read_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    show(OPERATION, as_json=True)
    assert json.loads(capsys.readouterr().out) == OPERATION


def test_what_is_not_there_is_a_dash_in_lists(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([{"id": "5e", "holds": None}], ("id", "holds"), as_json=False, empty="none")
    assert capsys.readouterr().out.splitlines()[-2].split() == ["5e", "-"]


def test_a_narrow_terminal_shows_one_field_below_another(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    credit = {
        "id": f"betaMSP~{'9f' * 16}",
        "status": "awarded",
        "course": f"betaMSP~{'3e' * 16}~1",
        "teaching": "betaMSP",
    }
    monkeypatch.setattr("gateway.cli.output.console", Console(width=80))
    show_list([credit], tuple(credit), as_json=False, empty="none")
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()] == [*map(list, credit.items()), []]


def test_what_fits_is_a_table_and_short_words_stay_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.output.console", Console(width=60))
    found = {"code": "course-unknown", "sentence": "such a course is nowhere " * 4}
    show_list([found], tuple(found), as_json=False, empty="none")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["code", "sentence"]
    assert lines[3].split()[:2] == ["course-unknown", "such"]
    assert max(map(len, lines)) <= 60


def test_nothing_inside_a_field_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show({"checks": [{"a\x1b[2J": "b\n\x1b[2J"}], "result": {"[red]": "[/]"}}, as_json=False)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "[red] [/]" in shown
    assert len(shown.splitlines()) == 2
