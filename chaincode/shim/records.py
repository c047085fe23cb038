"""Writes as `protos.WriteRecord`, checked before anything is sent."""

from typing import Any

from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim.errors import InvalidValueError
from chaincode.shim.keys import check_written_key
from chaincode.shim.ledger_requests import VALIDATION_PARAMETER

_Record = chaincode_shim_pb2.WriteRecord


def put(collection: str, key: str, value: bytes) -> Any:
    """Make the writing of a value.

    Raises:
        InvalidKeyError: as `check_written_key`.
        InvalidValueError: the value is empty, which a peer takes as a deletion.
    """
    check_written_key(key)
    if not value:
        raise InvalidValueError("a peer takes an empty value as a deletion: delete, or write more")
    return _Record(key=key, value=value, collection=collection, type=_Record.PUT_STATE)


def delete(collection: str, key: str) -> Any:
    """Make a deletion; raises InvalidKeyError as `check_written_key`."""
    check_written_key(key)
    return _Record(key=key, collection=collection, type=_Record.DEL_STATE)


def purge(collection: str, key: str) -> Any:
    """Make the purge of a private value; raises InvalidKeyError as `check_written_key`."""
    check_written_key(key)
    return _Record(key=key, collection=collection, type=_Record.PURGE_PRIVATE_DATA)


def set_policy(collection: str, key: str, policy: bytes) -> Any:
    """Make the setting of a key's own endorsement policy.

    Raises:
        InvalidKeyError: as `check_written_key`.
        InvalidValueError: the policy is empty, which would take the key's protection away.
    """
    check_written_key(key)
    if not policy:
        raise InvalidValueError("an empty policy would take the key's protection away")
    return _Record(
        key=key,
        collection=collection,
        metadata=chaincode_shim_pb2.StateMetadata(metakey=VALIDATION_PARAMETER, value=policy),
        type=_Record.PUT_STATE_METADATA,
    )
