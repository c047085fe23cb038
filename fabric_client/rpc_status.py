"""Details that a gRPC server attaches to a failure (`google.rpc.Status`).

The message is described here under a name of our own, same on the wire, so that nothing more than
protobuf is needed and nobody's registered `google.rpc.Status` is met twice.
"""

from typing import Any

from fabric_protos.gateway import gateway_pb2
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from fabric_client.peer_error import PeerError

_TRAILER = "grpc-status-details-bin"


def _status_class() -> type[Any]:
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="fabric_client/rpc_status.proto",
        package="fabric_client",
        syntax="proto3",
        dependency=[any_pb2.DESCRIPTOR.name],
    )
    message = file.message_type.add(name="RpcStatus")
    message.field.add(name="code", number=1, type=field.TYPE_INT32, label=field.LABEL_OPTIONAL)
    message.field.add(name="message", number=2, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    message.field.add(
        name="details",
        number=3,
        type=field.TYPE_MESSAGE,
        type_name=".google.protobuf.Any",
        label=field.LABEL_REPEATED,
    )
    # protobuf's stubs leave this function untyped
    pool: Any = descriptor_pool.Default()  # type: ignore[no-untyped-call]
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("fabric_client.RpcStatus"))


RpcStatus = _status_class()


def peer_errors(error: Any) -> tuple[PeerError, ...]:
    """Take what each peer said out of a `grpc.aio.AioRpcError`.

    Details that cannot be read are left out: they must not hide the error itself.
    """
    found: list[PeerError] = []
    for key, value in error.trailing_metadata() or ():
        if key != _TRAILER:
            continue
        try:
            status = RpcStatus.FromString(value)
            for item in status.details:
                detail = gateway_pb2.ErrorDetail()
                if item.Unpack(detail):
                    found.append(PeerError(detail.address, detail.msp_id, detail.message))
        except DecodeError:
            continue
    return tuple(found)
