"""From an agreement as the use cases see it to its document."""

from chaincode.domain.agreements.answers import Answer, Party
from chaincode.domain.agreements.version import AgreementVersion
from gateway.api.documents.agreements import (
    AgreementVersionView,
    AgreementView,
    AnswersView,
    AnswerView,
    ChangeWindowView,
    HomeCourseView,
    HostCourseView,
)
from gateway.api.documents.identifiers import identifier_of
from gateway.services.agreement_access import AgreementInView


def agreement_view(found: AgreementInView) -> AgreementView:
    """Show an agreement with all its versions."""
    agreement = found.agreement
    in_force = agreement.in_force
    awaited = agreement.versions[-1].awaited(found.at, margin=found.margin)
    return AgreementView(
        id=identifier_of(agreement.key),
        version=agreement.version,
        student=identifier_of(agreement.student),
        home=agreement.home,
        host=agreement.host,
        programme=identifier_of(agreement.programme),
        programme_digest=agreement.programme_digest,
        term=identifier_of(agreement.term),
        rules=identifier_of(agreement.rules),
        changes=ChangeWindowView(
            through=agreement.changes.through, time_zone=agreement.changes.time_zone
        ),
        in_force=in_force.number if in_force else None,
        cancelled=agreement.cancelled,
        you_are=tuple(party for party in Party if party in found.parties),
        your_answer=bool(found.parties & frozenset(awaited)),
        versions=tuple(_version(version, found) for version in agreement.versions),
    )


def _version(version: AgreementVersion, found: AgreementInView) -> AgreementVersionView:
    answers = version.approvals
    return AgreementVersionView(
        number=version.number,
        kind=version.kind,
        status=version.standing(found.at, margin=found.margin),
        digest=version.digest,
        table_a=tuple(
            HostCourseView(course=identifier_of(row.course), digest=row.digest)
            for row in version.table_a
        ),
        table_b=tuple(
            HomeCourseView(course=identifier_of(row.course), digest=row.digest, credits=row.credits)
            for row in version.table_b
        ),
        late_reason=version.late_reason,
        proposed_by=identifier_of(version.proposed_by),
        proposed_at=version.proposed_at,
        answer_by=version.answer_by,
        answers=AnswersView(
            student=_answer(answers.student),
            host=_answer(answers.host),
            home=_answer(answers.home),
        ),
        awaited=version.awaited(found.at, margin=found.margin),
    )


def _answer(answer: Answer | None) -> AnswerView | None:
    if answer is None:
        return None
    return AnswerView(
        approve=answer.approve, reason=answer.reason, by=identifier_of(answer.by), at=answer.at
    )
