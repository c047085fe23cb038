"""Application for a credit, check and award."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.check import OpenedGrade, OpenedWork
from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.values import Digest, Secret256, Version


class ApplyForCredit(Command):
    """The student applies for the credit of a completed course, on the grades as seen."""

    enrolment: EnrolmentKey
    expected_version: Version
    grade_version: Version


class CheckStudent(Query):
    """The paper's CheckStudent: check opened evidence against the ledger; writes nothing."""

    enrolment: EnrolmentKey


class Evidence(Arguments):
    """What was opened: the latest grade and work of each part."""

    grades: Annotated[tuple[OpenedGrade, ...], Field(max_length=20)]
    works: Annotated[tuple[OpenedWork, ...], Field(max_length=20)]


class AwardCredit(Command):
    """The paper's AwardCredit: the home university awards what it has checked."""

    enrolment: EnrolmentKey
    expected_version: Version
    work_version: Version
    grade_version: Version
    result_commitment: Digest


class AwardCreditPrivate(Evidence):
    """Evidence, the salt of the result, and the key under which the result is stored."""

    enrolment_key: Secret256
    result_salt: Secret256
