"""The values that JSON can hold, without floats: amounts are integers here."""

from typing import TypeAlias

JsonValue: TypeAlias = (
    "str | int | bool | None | list[JsonValue] | dict[str, JsonValue] | tuple[JsonValue, ...]"
)
