"""Certificates of the quality of courses: members give them, and take them back."""

from chaincode.domain.caller import Role
from chaincode.domain.certification import Certification, CertificationWithdrawal
from chaincode.domain.commands.quality import CertifyCourse, WithdrawCertification
from chaincode.domain.constitution import VOTING, Constitution
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, split_key, word_key
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.records import Records


class Certifications:
    """What members say of each other's courses."""

    def __init__(self, operations: Operations, records: Records) -> None:
        self._operations = operations
        self._records = records

    async def certify(
        self, person: AuthenticatedPerson, course: str, *, course_digest: str, write: WriteRequest
    ) -> OperationView:
        """Certify the content of another's course version (CertifyCourse).

        Raises:
            NotPermitted: the person speaks for no member.
            NotParty: it is the own member's course.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        if split_key(course).owner == person.msp_id:
            raise NotParty("nobody certifies its own course", field="course")
        command = CertifyCourse(operation=new_id(), course=course, course_digest=course_digest)
        key = word_key(Kind.CERTIFICATION, course, person.msp_id)
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind="certify-course",
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"certification": key},
            )
        )

    async def withdraw(
        self,
        person: AuthenticatedPerson,
        certification: str,
        *,
        reason: CertificationWithdrawal,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Take a certificate of the own member back (WithdrawCertification).

        Raises:
            NotPermitted: the person speaks for no member.
            NotParty: another member gave it.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        if certification.rpartition("/")[2] != person.msp_id:
            raise NotParty("another member certified this", field="certification")
        command = WithdrawCertification(
            operation=new_id(),
            certification=certification,
            expected_version=expected_version,
            reason=reason,
        )
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind="withdraw-certification",
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"certification": certification},
            )
        )

    async def read(self, certification: str) -> Certification:
        """One certificate.

        Raises:
            LedgerRefused: there is none (record-not-found).
        """
        return await self._records.load(Certification, certification)

    async def of_course(self, course: str) -> tuple[Certification, ...]:
        """All certificates of a course version, withdrawn ones too, in the order of members."""
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        keys = [
            word_key(Kind.CERTIFICATION, course, member.msp_id)
            for member in constitution.content.members
            if member.kind in VOTING
        ]
        found = await self._records.find_all(Certification, keys)
        return tuple(certification for certification in found if certification is not None)
