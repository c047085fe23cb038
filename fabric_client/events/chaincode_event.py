from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChaincodeEvent:
    """An event of a valid transaction. It is a hint from one peer: nobody signs it."""

    block_number: int
    transaction_id: str
    chaincode_name: str
    event_name: str
    payload: bytes
