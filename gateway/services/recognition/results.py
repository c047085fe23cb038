"""Final marks: home opens its own, another decider holds what it was shown to the ledger."""

from collections.abc import Awaitable, Callable
from typing import Final

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.reading import ReadSealedResult
from chaincode.domain.commitment import result_commitment
from chaincode.domain.credit import Award
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.sealed_value import open_value
from chaincode.domain.values import Mark, Secret256
from gateway.model.recognition import ShownResult
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.evidence_errors import BundleRefused
from gateway.services.ports import Database, SecretBox
from gateway.services.records import Records

_PURPOSE: Final = "shown-result"


class OpenedResult(Arguments):
    """A final mark (hundredths) with the salt of its commitment."""

    mark: Mark
    salt: Secret256


class Results:
    """The final marks of credits, as far as this member may know them."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        access: EnrolmentAccess,
        lacking: Callable[[str], Awaitable[None]],
        msp_id: str,
    ) -> None:
        """Take `lacking`, which fetches for the home that a credit moved to, and only for it."""
        self._records = records
        self._database = database
        self._box = box
        self._access = access
        self._lacking = lacking
        self._msp_id = msp_id

    async def of(self, enrolment: Enrolment, award: Award) -> OpenedResult | None:
        """The mark that was awarded; None where this member does not know it.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            BundleRefused: what is stored is not what the award commits to.
        """
        if self._msp_id in enrolment.parties:
            return await self._own(enrolment, award)
        row = await self._row(enrolment.key, award)
        if row is None:
            await self._lacking(enrolment.key)
            row = await self._row(enrolment.key, award)
        if row is None:
            return None
        plain = self._box.open(row.sealed, owner=enrolment.key, purpose=_PURPOSE)
        return OpenedResult.parse(plain)

    def shown(self, enrolment: str, award: Award, opened: OpenedResult) -> ShownResult:
        """Keep a mark that the holder's home showed.

        Raises:
            BundleRefused: it is not the one that the award commits to.
        """
        require_awarded(enrolment, award, opened)
        return shown_result(self._box, enrolment, award.result_commitment, opened)

    async def _row(self, enrolment: str, award: Award) -> ShownResult | None:
        async with self._database.reading() as session:
            return await session.get(ShownResult, enrolment, award.result_commitment)

    async def _own(self, enrolment: Enrolment, award: Award) -> OpenedResult | None:
        secret = await self._access.secret(enrolment.key)
        if secret is None:
            return None
        answer = await self._records.ask(ReadSealedResult(enrolment=enrolment.key))
        plain = open_value(
            bytes.fromhex(secret),
            place=sibling(enrolment.key, Kind.CREDIT),
            sealed=bytes.fromhex(str(answer["sealed"])),
        )
        opened = OpenedResult.check(canonical.decode(plain))
        require_awarded(enrolment.key, award, opened)
        return opened


def shown_result(
    box: SecretBox, enrolment: str, commitment: str, opened: OpenedResult
) -> ShownResult:
    """The row that keeps a mark which opens `commitment`."""
    plain = OpenedResult(mark=opened.mark, salt=opened.salt).encode()
    return ShownResult(enrolment, commitment, box.seal(plain, owner=enrolment, purpose=_PURPOSE))


def require_awarded(enrolment: str, award: Award, opened: OpenedResult) -> None:
    """Hold a mark to the commitment of an award.

    Raises:
        BundleRefused: it is another one.
    """
    computed = result_commitment(
        enrolment=enrolment, mark=opened.mark, salt=bytes.fromhex(opened.salt)
    )
    if computed != award.result_commitment:
        raise BundleRefused("the mark is not the one that was awarded")
