"""Corrections and rulings as REST takes and shows them."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.grade import GradeReason
from chaincode.domain.ruling import RulingKind, RulingReason
from chaincode.domain.values import Instant, Number, Slug, Value, Version
from gateway.api.documents.identifiers import RecordId


class CorrectedGradeView(Value):
    """One grade that was entered after the award; the mark is read with the grades."""

    number: Number
    part: Slug
    reason: GradeReason
    by: str
    at: Instant
    stands: bool
    """Whether it counts: offline parts wait for the second level."""


class CorrectionView(Value):
    """A credit whose award does not know its latest grades."""

    credit: RecordId
    credit_version: Version
    grade_version: Version
    pending: tuple[CorrectedGradeView, ...]


class CorrectionList(Value):
    """Corrections that wait for a registrar of the home university."""

    corrections: tuple[CorrectionView, ...]


class RuleBody(Value):
    """A ruling on a credit, on the versions seen."""

    ruling: Annotated[RulingKind, Field(strict=False)]
    reason: Annotated[RulingReason, Field(strict=False)]
    gives_back: bool = False
    """A revocation alone: whether what is redeemed, but no degree yet, is free again."""
    expected_version: Version | None = None
    """Of the credit's rulings, left out where there are none yet."""
    credit_version: Version


class RulingEntryView(Value):
    """One word of an authority."""

    number: Number
    ruling: RulingKind
    reason: RulingReason
    gives_back: bool
    authority: str
    by: str
    at: Instant


class RulingsView(Value):
    """All rulings on a credit; the last one holds."""

    credit: RecordId
    version: int
    """0 where there are none yet."""
    rulings: tuple[RulingEntryView, ...]
