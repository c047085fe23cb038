"""Leaving out of a message the fields that its type does not know.

Go's reader takes unknown groups that nest 10,000 deep (protobuf-go, `encoding/protowire`), the one
used here 100. What peers and orderers took must not be unreadable here: whoever writes a part of a
message, such as one member a part of a channel's configuration, could else hide all of it.
"""

from google.protobuf.descriptor import Descriptor

_VARINT, _FIXED64, _LENGTH, _START, _END, _FIXED32 = range(6)
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_CONTINUES = 0x80
_VARINT_BITS = 70
_LARGEST_DEPTH = 100


def known_only(data: bytes, kind: Descriptor, *, depth: int = _LARGEST_DEPTH) -> bytes:
    """Copy a message without unknown fields and groups, in the messages that it holds as well.

    Raises:
        ValueError: the bytes are no message, or known messages nest deeper than `depth`.
    """
    if not depth:
        raise ValueError("the message nests too deep")
    kept, place = bytearray(), 0
    while place < len(data):
        begin = place
        tag, place = _varint(data, place)
        number, form = tag >> 3, tag & 7
        content = place
        place = _after(data, place, number, form)
        field = kind.fields_by_number.get(number)
        if field is None or form == _START:
            continue
        if form != _LENGTH or field.message_type is None:
            kept += data[begin:place]
            continue
        _, start = _varint(data, content)
        inner = known_only(data[start:place], field.message_type, depth=depth - 1)
        kept += data[begin:content] + _encoded(len(inner)) + inner
    return bytes(kept)


def _after(data: bytes, place: int, number: int, form: int) -> int:
    """Where a field ends whose tag ends at `place`; groups without recursion, however deep."""
    if form != _START:
        return _after_value(data, place, form)
    opened = [number]
    while opened:
        tag, place = _varint(data, place)
        number, form = tag >> 3, tag & 7
        if form == _START:
            opened.append(number)
        elif form == _END:
            if opened.pop() != number:
                raise ValueError("a group ends that did not begin")
        else:
            place = _after_value(data, place, form)
    return place


def _after_value(data: bytes, place: int, form: int) -> int:
    if form == _VARINT:
        return _varint(data, place)[1]
    if form == _LENGTH:
        length, place = _varint(data, place)
    elif form in _FIXED_BYTES:
        length = _FIXED_BYTES[form]
    else:
        raise ValueError("a field of no known form")
    if place + length > len(data):
        raise ValueError("a field ends after the message")
    return place + length


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & ~_CONTINUES) << shift
        if byte < _CONTINUES:
            return value, place
    raise ValueError("a number does not end")


def _encoded(value: int) -> bytes:
    written = bytearray()
    while value >= _CONTINUES:
        written.append(value & ~_CONTINUES & 0xFF | _CONTINUES)
        value >>= 7
    return bytes((*written, value))
