"""Refusals of other gateways' requests as problems: the exchange's own codes, HTTP's statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.exchange import errors as exchange
from gateway.services.errors import ServiceError

_STATUSES: Final[dict[type[exchange.ExchangeError], int]] = {
    exchange.DigestMissing: 400,
    exchange.DigestDiffers: 400,
    exchange.BodyTooLarge: 413,
    exchange.MemberUnknown: 403,
    exchange.RoleMissing: 403,
    exchange.CertificateRevoked: 403,
    exchange.NonceStoreFull: 503,
}
_UNSIGNED: Final = 401


def _named(error: type[exchange.ExchangeError]) -> type[ServiceError]:
    return type(
        error.__name__,
        (ServiceError,),
        {
            "__doc__": error.__doc__,
            "code": error.code,
            "status": _STATUSES.get(error, _UNSIGNED),
            "title": "The other gateway's request was not taken",
        },
    )


_PROBLEMS: Final = {
    error: _named(error)
    for error in (*exchange.RequestRefused.__subclasses__(), exchange.NonceStoreFull)
}


@contextmanager
def refusals() -> Iterator[None]:
    """Let a refusal of the exchange leave as a problem with its own code.

    Raises:
        ServiceError: with the code of the refusal.
    """
    try:
        yield
    except (exchange.RequestRefused, exchange.NonceStoreFull) as error:
        raise _PROBLEMS[type(error)](str(error)) from error
