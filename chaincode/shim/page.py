from dataclasses import dataclass

from chaincode.shim.key_value import KeyValue


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a range or a rich query.

    Fabric allows paginated queries in read-only transactions alone.

    Attributes:
        entries: at most the page size that was asked for.
        fetched: how many entries the peer counts in this page.
        bookmark: what to pass for the next page; empty after the last.
    """

    entries: tuple[KeyValue, ...]
    fetched: int
    bookmark: str
