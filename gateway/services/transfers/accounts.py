"""At the new home: an account that a student's credits can move to."""

from chaincode.domain.caller import Role
from chaincode.domain.commands.membership import RegisterPseudonym
from gateway.model.people import AccountPurpose
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import GATEWAY, Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.keyring import Keyring
from gateway.services.operations import Operations, OperationView
from gateway.services.pseudonyms import PSEUDONYM_EFFECT


class TransferAccounts:
    """Makes accounts that speak for nothing but what moves to them.

    The old home learns such an account. It is none of those under which the student acts later:
    towards these the old home could link what she does.
    """

    def __init__(self, operations: Operations, keyring: Keyring) -> None:
        self._operations = operations
        self._keyring = keyring

    async def open(self, person: AuthenticatedPerson, write: WriteRequest) -> OperationView:
        """Register a new account of a student of this member (RegisterPseudonym).

        Raises:
            NotPermitted: the person is no student.
            CertificationUnavailable, CertificationRefused: there is no certificate to be had.
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        made = await self._keyring.new_account(
            person=person.id, role=Role.STUDENT, purpose=AccountPurpose.TRANSFER
        )
        command = RegisterPseudonym(
            operation=new_id(),
            identifier=made.identifier,
            key_digest=made.key_digest,
            sealing_key=made.sealing_key,
        )
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind="prepare-transfer",
                request=write,
                calls=(LedgerCall(GATEWAY, command),),
                result={"account": made.row.key},
                rows=(made.row,),
                effect=Effect(PSEUDONYM_EFFECT, {"account": made.row.key}),
            )
        )
