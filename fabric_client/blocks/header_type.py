from enum import IntEnum


class HeaderType(IntEnum):
    """The kinds of envelope that stand in blocks (`common.HeaderType`)."""

    MESSAGE = 0
    CONFIG = 1
    CONFIG_UPDATE = 2
    ENDORSER_TRANSACTION = 3
