"""What can be wrong with keys and secrets, as types with stable codes."""

from typing import ClassVar


class CustodyError(Exception):
    """A refusal: says what happened and what to do. `code` is stable and kebab-case.

    No message holds a key, a passphrase, a token or a code.
    """

    code: ClassVar[str] = "custody-refused"


class MasterKeyUnusable(CustodyError):
    """The member's master key is missing, malformed, or others can read it: nothing starts."""

    code = "master-key-unusable"


class SecretUnreadable(CustodyError):
    """A stored secret was altered, moved to another owner or purpose, or needs a former key."""

    code = "secret-unreadable"


class NotTheOwner(CustodyError):
    """The proof is missing, forged, or of somebody else than the key's owner."""

    code = "not-the-owner"


class OwnerProofExpired(CustodyError):
    """The owner proved to be one, too long ago: authenticate again."""

    code = "owner-proof-expired"


class SignatureNeeded(CustodyError):
    """The key is held by the person: these bytes go to their program, and a signature returns."""

    code = "signature-needed"

    def __init__(self, message: bytes) -> None:
        super().__init__("the person's own program must sign: give it the message")
        self.message = message


class SignatureRefused(CustodyError):
    """A signature that came from outside does not hold for the message and the person's key."""

    code = "signature-refused"


class PassphraseUnfit(CustodyError):
    """A new passphrase is too short or too long."""

    code = "passphrase-unfit"


class PassphraseWrong(CustodyError):
    """Account and passphrase do not belong together; which of them is wrong is not told."""

    code = "passphrase-wrong"


class ActivationRefused(CustodyError):
    """A one-time code opens nothing: a registrar issues a new one."""

    code = "activation-refused"


class ActivationExpired(ActivationRefused):
    """The code came too late."""

    code = "activation-expired"


class ActivationSpent(ActivationRefused):
    """The code was used before."""

    code = "activation-spent"
