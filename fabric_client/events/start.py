"""Positions in a chain, as Fabric's event services take them (`orderer.SeekPosition`)."""

from fabric_protos.orderer import ab_pb2

_LAST = 2**64 - 1


def seek_position(block_number: int | None) -> ab_pb2.SeekPosition:
    """Give the position of a block; without a number, of the next one to be committed."""
    if block_number is None:
        return ab_pb2.SeekPosition(next_commit=ab_pb2.SeekNextCommit())
    return ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=block_number))


def seek_stop(block_number: int | None) -> ab_pb2.SeekPosition:
    """Give the last position wanted; without a number, none."""
    return seek_position(_LAST if block_number is None else block_number)
