"""What can go wrong with sealed work and keys, as the use cases say it."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.evidence import errors as evidence
from gateway.services.errors import ServiceError


class EnrolmentKeyMissing(ServiceError):
    """The enrolment's key has not arrived from the home university yet: try again shortly."""

    code = "enrolment-key-missing"
    title = "The enrolment's key has not arrived yet"


class EnrolmentKeyWrong(ServiceError):
    """The key is not the one that the enrolment on the ledger commits to."""

    code = "enrolment-key-wrong"
    status = 422
    title = "Not the enrolment's key"


class NotYetRecorded(ServiceError):
    """This member's peer does not show the record yet: the sender tries again."""

    code = "not-yet-recorded"
    title = "Not on this member's ledger yet"


class WorkNotHere(ServiceError):
    """The work is committed on the ledger, and its sealed body lies elsewhere, or is on its way."""

    code = "work-not-here"
    title = "The sealed work is not at this gateway"


class MarkNotHere(ServiceError):
    """The grade is on the ledger, and its mark was neither handed over nor to be had."""

    code = "mark-not-here"
    title = "The mark is not at this gateway"


class NotSealedToYou(ServiceError):
    """Nobody sealed this work to the key of the person who asks."""

    code = "not-a-recipient"
    status = 403
    title = "The work was not sealed to this reader"


class WorkTooLarge(ServiceError):
    """The work is larger than this gateway takes."""

    code = "work-too-large"
    status = 413
    title = "The work is too large"


class WorkStoreFull(ServiceError):
    """The gateway has no room for the work; nothing was kept."""

    code = "store-full"
    status = 507
    title = "The work store is full"


class WorkStoreFailed(ServiceError):
    """The work store refused; nothing was kept."""

    code = "store-failed"
    status = 503
    title = "The work store cannot be used now"


class BodyAltered(ServiceError):
    """The sealed body is not the one that was sealed and committed."""

    code = "body-altered"
    status = 422
    title = "The sealed work was altered"


class BundleRefused(ServiceError):
    """Sealed evidence does not open, or says other things than the request is about."""

    code = "evidence-refused"
    status = 422
    title = "The evidence does not open"


class WorkDescribedWrongly(ServiceError):
    """Media type or file name has the wrong form."""

    code = "invalid-argument"
    status = 422
    title = "A value is not acceptable"


_TRANSLATED: tuple[tuple[tuple[type[evidence.EvidenceError], ...], type[ServiceError]], ...] = (
    ((evidence.WorkTooLarge,), WorkTooLarge),
    ((evidence.StoreFull,), WorkStoreFull),
    ((evidence.StoreFailed,), WorkStoreFailed),
    ((evidence.WorkNotFound,), WorkNotHere),
    ((evidence.NotARecipient,), NotSealedToYou),
    ((evidence.BodyAltered, evidence.BodyTruncated, evidence.DigestMismatch), BodyAltered),
    ((evidence.EvidenceError,), BundleRefused),
)


@contextmanager
def translated() -> Iterator[None]:
    """Let errors of sealed work leave as use cases' errors.

    Raises:
        ServiceError: one of the types above.
    """
    try:
        yield
    except evidence.EvidenceError as error:
        for sources, target in _TRANSLATED:
            if isinstance(error, sources):
                raise target(str(error)) from error
        raise
