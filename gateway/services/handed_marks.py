"""Marks at a home that none of an enrolment's collections belongs to: stored here, encrypted."""

from typing import Final

from chaincode.domain.check import OpenedGrade
from chaincode.domain.commands.base import Arguments
from chaincode.domain.values import Mark, Secret256
from gateway.model.transfers import HandedMark
from gateway.services.ports import Database, SecretBox

_PURPOSE: Final = "handed-mark"


class _Kept(Arguments):
    mark: Mark
    salt: Secret256


class HandedMarks:
    """What came with a credit, or was fetched for it; each was held to the ledger before."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def find(self, enrolment: str, number: int) -> OpenedGrade | None:
        """The mark of a grade, None where it is not here."""
        async with self._database.reading() as session:
            row = await session.get(HandedMark, enrolment, number)
        if row is None:
            return None
        kept = _Kept.parse(self._box.open(row.sealed, owner=enrolment, purpose=_PURPOSE))
        return OpenedGrade(number=number, mark=kept.mark, salt=kept.salt)

    def row(self, enrolment: str, opened: OpenedGrade) -> HandedMark:
        """The row that keeps a mark."""
        plain = _Kept(mark=opened.mark, salt=opened.salt).encode()
        sealed = self._box.seal(plain, owner=enrolment, purpose=_PURPOSE)
        return HandedMark(enrolment, opened.number, sealed)
