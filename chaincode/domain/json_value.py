"""The values that JSON can hold, without floats: amounts are integers here."""

from typing import TypeAlias, Union

JsonArray: TypeAlias = "list[JsonValue] | tuple[JsonValue, ...]"
JsonObject: TypeAlias = "dict[str, JsonValue]"
JsonValue: TypeAlias = Union[str, int, bool, "JsonArray", "JsonObject", None]
