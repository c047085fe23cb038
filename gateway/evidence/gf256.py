"""The field with 256 elements, modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, section 4).

Without tables or branches on secrets, so that timing shows less of a share.
"""

from typing import Final

_REDUCE: Final = 0x1B
_BITS: Final = 8
_BYTE: Final = 0xFF


def multiply(left: int, right: int) -> int:
    """The product of two elements, 0 to 255."""
    product = 0
    for _ in range(_BITS):
        product ^= left & -(right & 1)
        left = ((left << 1) & _BYTE) ^ (_REDUCE & -(left >> 7))
        right >>= 1
    return product


def invert(element: int) -> int:
    """The element that gives 1 when multiplied with `element`.

    Raises:
        ZeroDivisionError: zero has none.
    """
    if element == 0:
        raise ZeroDivisionError("zero has no inverse in a field")
    inverse, power = 1, element
    for _ in range(_BITS - 1):  # a^254 = a^2 · a^4 ⋯ a^128: the group has 255 elements
        power = multiply(power, power)
        inverse = multiply(inverse, power)
    return inverse
