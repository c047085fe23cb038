"""Pages of numbered records: all versions of one thing stand on one page."""

from collections.abc import Sequence
from typing import TypeVar

from chaincode.domain.keys import split_key
from chaincode.domain.record import Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


def whole_page(
    found: Sequence[AnyRecord], *, limit: int
) -> tuple[tuple[AnyRecord, ...], str | None]:
    """What of a page to show, and the id behind which the next begins, None at the end.

    A full page may end between two versions: the last thing's are left to the next page.
    """
    if len(found) < limit:
        return tuple(found), None
    last = split_key(found[-1].key).identifier
    whole = tuple(one for one in found if split_key(one.key).identifier != last) or tuple(found)
    return whole, split_key(whole[-1].key).identifier
