"""What this member knows of a credit in values, for the home that the credit has now."""

from chaincode.domain.check import OpenedGrade
from chaincode.domain.errors import CommitmentMismatch, NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.evidence_errors import BundleRefused, EnrolmentKeyMissing, MarkNotHere
from gateway.services.grade_values import GradeValues
from gateway.services.peer_errors import PeerSaidNo, PeerUnavailable
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.incoming import ShownMark
from gateway.services.recognition.results import Results
from gateway.services.recognition.telling import seal_to
from gateway.services.records import Records
from gateway.services.transfers.held import HeldValues
from gateway.services.transfers.message import HELD_PURPOSE

_NOT_HAD = (CommitmentMismatch, EnrolmentKeyMissing, MarkNotHere, PeerSaidNo, PeerUnavailable)


class GivesValues:
    """Opens what this member may open; what it has not is left out, and found missing there."""

    def __init__(
        self,
        *,
        records: Records,
        gathering: Gathering,
        access: EnrolmentAccess,
        values: GradeValues,
        results: Results,
        msp_id: str,
    ) -> None:
        self._records = records
        self._gathering = gathering
        self._access = access
        self._values = values
        self._results = results
        self._msp_id = msp_id

    async def give(self, requester: str, key: str) -> dict[str, JsonValue]:
        """Seal an enrolment's values to the home that its credit has now.

        Raises:
            NotParty: another member asks, or this one took no part in the enrolment.
            WrongState: the credit was never awarded.
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound: there is no such enrolment.
        """
        holding = (await self._gathering.holdings([key]))[key]
        if self._msp_id not in holding.enrolment.parties:
            raise NotParty("the values belong to other universities", field="enrolment")
        if holding.home != requester:
            raise NotParty("the holder's home is another university", field="enrolment")
        sent = await self.values(holding)
        sealed = await seal_to(
            self._records,
            requester,
            purpose=HELD_PURPOSE,
            place=key,
            document=sent.model_dump(mode="json"),
        )
        return {"enrolment": key, "sealed": sealed}

    async def values(self, holding: Holding) -> HeldValues:
        """All values of an awarded credit that are to be had here.

        Raises:
            WrongState: the credit was never awarded.
            LedgerUnavailable: the peer cannot be reached.
        """
        enrolment, award = holding.enrolment, holding.require_result()
        marks: list[OpenedGrade] = []
        for entry in holding.grade.entries:
            try:
                marks.append((await self._values.value(enrolment, entry)).opened)
            except _NOT_HAD:
                continue
        try:
            opened = await self._results.of(enrolment, award)
        except (BundleRefused, CommitmentMismatch):
            opened = None
        result = None
        if opened is not None:
            result = ShownMark(
                mark=opened.mark, salt=opened.salt, commitment=award.result_commitment
            )
        return HeldValues(
            enrolment=enrolment.key,
            enrolment_key=await self._access.secret(enrolment.key),
            marks=tuple(marks),
            result=result,
        )
