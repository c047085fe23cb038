"""What another member's gateway may answer to a use case."""

from gateway.services.errors import ServiceError


class PeerUnavailable(ServiceError):
    """Another member's gateway did not answer: try again."""

    code = "peer-unavailable"
    status = 503
    title = "Another member's gateway does not answer"


class PeerSaidNo(ServiceError):
    """Another member's gateway refused; `facts.code` is its reason."""

    code = "peer-refused"
    status = 502
    title = "Another member's gateway refused"
