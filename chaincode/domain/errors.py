"""What can be wrong with a request to the ledger, as types with stable codes."""

from collections.abc import Mapping

from chaincode.domain.json_value import JsonValue


class DomainError(Exception):
    """A refusal: says what happened and what to do.

    `code` is stable and kebab-case; `field` names the offending argument as a path; `facts` are
    values that a program may use, never private ones: they travel to every endorser and client.
    """

    code = "refused"

    def __init__(
        self, detail: str, *, field: str | None = None, facts: Mapping[str, JsonValue] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.facts = dict(facts or {})

    def document(self) -> dict[str, JsonValue]:
        """The error as it crosses the chaincode's border."""
        document: dict[str, JsonValue] = {"code": self.code, "detail": self.detail}
        if self.field is not None:
            document["field"] = self.field
        if self.facts:
            document["facts"] = self.facts
        return document


class InvalidArgument(DomainError):
    """A value has the wrong shape, size or range; `field` says which."""

    code = "invalid-argument"


class UnknownOperation(DomainError):
    """No contract function has this name."""

    code = "unknown-operation"


class NotPermitted(DomainError):
    """The certificate that signed the proposal may not do this."""

    code = "not-permitted"


class AccountInactive(DomainError):
    """The caller's account is not registered, not active, or holds another key."""

    code = "account-inactive"


class NotParty(DomainError):
    """The role fits, but this record belongs to other people."""

    code = "not-party"


class RecordNotFound(DomainError):
    """No record stands under the key."""

    code = "record-not-found"


class RecordExists(DomainError):
    """A record already stands under the key: choose a new random key."""

    code = "record-exists"


class RecordCorrupt(DomainError):
    """The stored value is not a record of this kind."""

    code = "record-corrupt"


class VersionConflict(DomainError):
    """The record moved on: read it again and decide anew.

    `now` adds to the facts what holds meanwhile, where that helps.
    """

    code = "version-conflict"

    def __init__(
        self,
        key: str,
        *,
        expected: int,
        actual: int,
        field: str = "expected_version",
        now: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(
            f"{key} is at version {actual}, the request expected {expected}; read it again",
            field=field,
            facts={**(now or {}), "key": key, "expected": expected, "actual": actual},
        )


class WrongState(DomainError):
    """The record's state does not allow this step now."""

    code = "wrong-state"


class StaleReference(DomainError):
    """The request refers to content that is not what the ledger holds."""

    code = "stale-reference"


class OutsideWindow(DomainError):
    """Too early or too late, the clock margin included."""

    code = "outside-window"


class CommitmentMismatch(DomainError):
    """An opened value is not the one that was committed."""

    code = "commitment-mismatch"


class CheckFailed(DomainError):
    """The credit's evidence does not hold; `facts` lists each check."""

    code = "check-failed"


class ConsentMissing(DomainError):
    """The person concerned has not consented to this."""

    code = "consent-missing"


class AlreadyRedeemed(DomainError):
    """Too little of the credit is left; `facts` say by whom it was used, when, under which rule."""

    code = "already-redeemed"


class NotElector(DomainError):
    """The member has no vote on this rule; `facts` say who has."""

    code = "not-elector"


class BallotClosed(DomainError):
    """The ballot has ended; `facts` say how and when."""

    code = "ballot-closed"


class BallotOpen(DomainError):
    """The ballot has not ended: votes that are missing could still decide."""

    code = "ballot-open"


class RuleNotInForce(DomainError):
    """Another version of the rule is in force on that day, or none; `facts` say which."""

    code = "rule-not-in-force"


class FrameworkBroken(DomainError):
    """The rule demands less than a framework rule in force; `facts` say where."""

    code = "framework-broken"


class TooIntricate(DomainError):
    """Limits and credits interlock so much that no best choice was found: a person decides."""

    code = "too-intricate"


class PrivateInputMissing(DomainError):
    """The operation needs private inputs, and transient data held none."""

    code = "private-input-missing"


class PrivateInputForbidden(DomainError):
    """The operation creates records, so third members endorse it: nothing private may reach it."""

    code = "private-input-forbidden"


class ConstitutionUnexpected(DomainError):
    """This member's operator configured another constitution."""

    code = "constitution-unexpected"
