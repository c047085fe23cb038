from typing import Any

from fabric_protos.peer import chaincode_shim_pb2

_Message = chaincode_shim_pb2.ChaincodeMessage
_Record = chaincode_shim_pb2.WriteRecord


def single_write(record: Any) -> tuple[int, bytes]:
    """Turn one record of a batch into the message that a peer without batches takes.

    Args:
        record: a `protos.WriteRecord`.

    Returns:
        The message's type and its payload, encoded.
    """
    place = {"key": record.key, "collection": record.collection}
    if record.type == _Record.PUT_STATE:
        put = chaincode_shim_pb2.PutState(value=record.value, **place)
        return _Message.PUT_STATE, put.SerializeToString()
    if record.type == _Record.PUT_STATE_METADATA:
        policy = chaincode_shim_pb2.PutStateMetadata(metadata=record.metadata, **place)
        return _Message.PUT_STATE_METADATA, policy.SerializeToString()
    kind = (
        _Message.PURGE_PRIVATE_DATA
        if record.type == _Record.PURGE_PRIVATE_DATA
        else _Message.DEL_STATE
    )
    # The peer decodes a purge as a deletion: both messages are alike.
    return kind, chaincode_shim_pb2.DelState(**place).SerializeToString()
