from dataclasses import dataclass
from typing import Any

from fabric_client.blocks.validation_code import ValidationCode


@dataclass(frozen=True, slots=True)
class FilteredTransaction:
    """A transaction of which the peer tells id, type, code and its events' names."""

    transaction_id: str
    type: int
    code: ValidationCode
    events: tuple[tuple[str, str], ...]
    """(chaincode, event name) of each event; payloads are left out."""


@dataclass(frozen=True, slots=True)
class FilteredBlock:
    """A block without contents."""

    channel_id: str
    number: int
    transactions: tuple[FilteredTransaction, ...]


def filtered_block(message: Any) -> FilteredBlock:
    """Take a `peer.FilteredBlock`."""
    return FilteredBlock(
        channel_id=message.channel_id,
        number=message.number,
        transactions=tuple(
            FilteredTransaction(
                transaction_id=item.txid,
                type=item.type,
                code=ValidationCode(item.tx_validation_code),
                events=tuple(
                    (action.chaincode_event.chaincode_id, action.chaincode_event.event_name)
                    for action in item.transaction_actions.chaincode_actions
                    if action.chaincode_event.event_name
                ),
            )
            for item in message.filtered_transactions
        ),
    )
