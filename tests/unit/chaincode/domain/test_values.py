from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.values import (
    FieldOfStudy,
    Instant,
    MediaType,
    MspId,
    PublicKey,
    RandomId,
    Slug,
    Title,
    format_instant,
    parse_instant,
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22T09:00:00",
        "2026-11-22T09:00:00+00:00",
        "2026-11-22T09:00:00.0Z",
        "2026-11-22 09:00:00Z",
        "2026-11-22T09:00:00z",
        "2026-11-22T09:00:00Z\n",
        "2026-02-30T09:00:00Z",
        "2026-11-22T24:00:00Z",
        "\uff12026-11-22T09:00:00Z",
        "1899-12-31T23:59:59Z",
        "3000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "20261122T090000Z",
        1_795_000_000,
        None,
        datetime(2026, 11, 22),  # noqa: DTZ001 - that it has no zone is what is refused
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
        datetime(2999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_other_times_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"time|day|hour|year"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["1900-01-01T00:00:00Z", "2026-11-22T09:00:00Z", "2999-12-31T23:59:59Z"]
)
def test_times_come_back_as_they_were(text: str) -> None:
    assert format_instant(parse_instant(text)) == text
    assert TypeAdapter(Instant).dump_json(parse_instant(text)) == f'"{text}"'.encode()


def test_a_time_is_kept_in_utc_and_whole_seconds() -> None:
    zone = timezone(timedelta(hours=2))
    found = parse_instant(datetime(2026, 11, 22, 1, 0, 0, 999_999, tzinfo=zone))
    assert found == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert found.tzinfo is UTC
    assert format_instant(datetime(2026, 11, 22, 1, tzinfo=zone)) == "2026-11-21T23:00:00Z"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            RandomId,
            ["0" * 32, "0123456789abcdef" * 2],
            ["0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n", "g" * 32, ""],
        ),
        (
            MspId,
            ["MSP" + "MSP", "alphaMSP", "a-1MSP", "a" * 31 + "MSP"],
            ["MSP", "1MSP", "alphamsp", "alpha/MSP", "a" * 32 + "MSP", "alphaMSP\n", "\u00e4MSP"],
        ),
        (Slug, ["a", "1", "a-b", "a" * 32], ["-a", "a-", "A", "a b", "a" * 33, "", "\u0430"]),
        (PublicKey, ["A" * 43, "_-" * 30], ["A" * 42, "A" * 4_097, "A" * 42 + "=", "A" * 42 + "+"]),
        (FieldOfStudy, ["0613"], ["613", "06130", "061a", "\u0660\u0661\u0662\u0663"]),
        (
            MediaType,
            ["application/pdf", "image/svg+xml"],
            ["pdf", "a/b/c", "A/b", "a/b; c=d", "/b"],
        ),
        (
            Title,
            ["x", "x" * 200, "\u00dcbung \u2013 \u6570\u5b66"],
            [
                "",
                "x" * 201,
                " x",
                "x\u00a0",
                "x\ty",
                "x\ny",
                "x\x00y",
                "x\x7f",
                "x\u200by",
                "x\u202ey",
                "x\u2028y",
                "x\u2029y",
                "x\ue000",
                "U\u0308bung",
            ],
        ),
    ],
)
def test_texts(kind: Any, good: list[str], bad: list[str]) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    for text in good:
        assert adapter.validate_python(text) == text
    for text in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)
