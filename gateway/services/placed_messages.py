"""Opening what another member sealed for one place, as one step: form, seal, place, content."""

from collections.abc import Mapping
from typing import TypeVar

from chaincode.domain.commands.base import Arguments
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from gateway.services.keyring import Keyring
from gateway.services.sealed_messages import open_message


class PlacedMessage(Arguments):
    """A message in clear: the place that it is about, in a field of its own, and what is sealed."""

    sealed: str


Inner = TypeVar("Inner", bound=Arguments)


async def opened(
    keyring: Keyring,
    document: Mapping[str, JsonValue],
    outer: type[PlacedMessage],
    inner: type[Inner],
    *,
    purpose: str,
    place: str,
) -> Inner:
    """What `document` seals to this member's intake key; `place` is the field that both name.

    Raises:
        InvalidArgument: it is not of its form, or is about another place inside than outside.
        BundleRefused: it does not open for this purpose and place.
    """
    message = outer.check(document)
    where = getattr(message, place)
    found = inner.check(
        open_message(
            await keyring.intake_key(), purpose=purpose, place=where, sealed=message.sealed
        )
    )
    if getattr(found, place) != where:
        raise InvalidArgument(f"the message is about another {place}", field=place)
    return found
