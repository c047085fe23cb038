"""A request as far as its signature is concerned; no web framework."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self


class Fields:
    """Header fields in wire order, names without case, several of one name kept apart."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        """Take name and value pairs."""
        self._fields = list(fields)

    def items(self) -> list[tuple[str, str]]:
        """All field lines, in order."""
        return list(self._fields)

    def all(self, name: str) -> list[str]:
        """The values of one name, in order."""
        return [value for found, value in self._fields if found.lower() == name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._fields])

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))

    def __getitem__(self, name: str) -> str:
        values = self.all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __setitem__(self, name: str, value: str) -> None:
        del self[name]
        self._fields.append((name, value))

    def __delitem__(self, name: str) -> None:
        self._fields = [field for field in self._fields if field[0].lower() != name.lower()]


class RequestView:
    """Method, absolute URL in its percent-encoded form, and header fields."""

    def __init__(self, method: str, url: str, headers: Fields) -> None:
        """Take the parts; `method` in upper case."""
        self.method = method
        self.url = url
        self.headers = headers

    @classmethod
    def from_asgi(cls, scope: Mapping[str, Any], *, origin: str) -> Self:
        """View an ASGI HTTP scope as a request to `origin`, for example https://localhost:7443.

        The origin is this gateway's own, from its configuration: what the client put into Host
        must not decide for whom a request was signed. The path is taken as it came, before any
        decoding: two spellings of a path are two requests.
        """
        query = scope["query_string"].decode("ascii", errors="replace")
        path = scope["raw_path"].decode("ascii", errors="replace")
        return cls(
            scope["method"],
            origin + path + (f"?{query}" if query else ""),
            Fields(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in scope["headers"]
            ),
        )
