"""What can go wrong between a chaincode function and its peer.

Everything derives from `ShimError`. What a caller got wrong derives from `InvalidArgumentError`,
which is a `ValueError` too.
"""


class ShimError(Exception):
    """Anything that this package raises."""


class PeerError(ShimError):
    """The peer refused a request.

    Attributes:
        request: the request's name in Fabric's protocol, such as `GET_STATE`.
        text: the peer's own words.
    """

    def __init__(self, request: str, text: str) -> None:
        super().__init__(f"the peer refused {request}: {text}")
        self.request = request
        self.text = text


class ProtocolError(ShimError):
    """The peer sent something that Fabric's chaincode protocol does not allow here."""


class StreamLostError(ShimError):
    """The stream to the peer ended: this transaction cannot be completed on it."""


class TransactionEndedError(ShimError):
    """The function has returned, and its stub was used afterwards."""


class WritesLostError(ShimError):
    """An earlier batch of this transaction's writes did not get through: it cannot succeed."""


class MessageTooLargeError(ShimError):
    """A message would exceed what the stream carries; sending it would end the stream for all.

    Attributes:
        size: bytes of the message.
        limit: bytes that one message may have.
    """

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"a message of {size} bytes is over the limit of {limit}: write less")
        self.size = size
        self.limit = limit


class InvalidProposalError(ShimError):
    """The proposal handed over by the peer lacks something or cannot be decoded."""


class IdentityError(ShimError):
    """The creator's certificate cannot be read, or lacks what was asserted of it."""


class InvalidArgumentError(ShimError, ValueError):
    """The caller's argument cannot be sent to the peer."""


class InvalidKeyError(InvalidArgumentError):
    """A ledger key, or a part of a composite key, that Fabric cannot hold."""


class InvalidCollectionError(InvalidArgumentError):
    """A private data collection's name is missing or not text."""


class InvalidValueError(InvalidArgumentError):
    """A value that Fabric would take as something else."""


class ConfigurationError(ShimError):
    """The server cannot start as it was set up; the message says what to change."""
