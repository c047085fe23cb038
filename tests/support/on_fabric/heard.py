"""The secrets that really passed between people and gateways, for scans that look for them."""

import json
from collections.abc import Iterator
from typing import Any, Final

import httpx

_SENT: Final = frozenset({"passphrase", "code"})
_CAME: Final = frozenset({"activation_code", "token"})


class Heard:
    """Notes the secrets that pass through HTTP clients, by the name of their field."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self.secrets: dict[str, set[str]] = {name: set() for name in _SENT | _CAME}

    def listen(self, client: httpx.AsyncClient) -> None:
        """Hear what this client sends and gets from now on."""
        client.event_hooks = {"request": [self._sent], "response": [self._came]}

    async def _sent(self, request: httpx.Request) -> None:
        if "json" in request.headers.get("content-type", ""):
            self._note(json.loads(await request.aread()), _SENT)

    async def _came(self, response: httpx.Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            self._note(json.loads(await response.aread()), _CAME)

    def _note(self, document: Any, names: frozenset[str]) -> None:
        for name, value in _members_of(document):
            if name in names and isinstance(value, str):
                self.secrets[name].add(value)


def _members_of(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name, item
            yield from _members_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members_of(item)
