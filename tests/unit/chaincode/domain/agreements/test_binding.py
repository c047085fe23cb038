"""Which results fulfil what was agreed."""

from dataclasses import replace

from chaincode.domain.agreements.answers import Party
from chaincode.domain.agreements.binding import Binding, Result, binding_on
from chaincode.domain.agreements.version import VersionKind
from tests.support.agreements import (
    agreed,
    answer,
    change,
    home_course,
    host_course,
    make_proposal,
    propose,
    tables,
)
from tests.support.records import STUDENT


def result(number: int, enrolment: int | None = None) -> Result:
    row = host_course(number)
    slot = number if enrolment is None else enrolment
    return Result(
        enrolment=f"enrolment/betaMSP/{slot:032x}",
        student=STUDENT,
        course=row.course,
        course_digest=row.digest,
        stands=True,
    )


def test_all_rows_fulfilled_recognise_table_b() -> None:
    report = binding_on(agreed(), [result(2), result(1)])
    assert (report.binding, report.number) == (Binding.FULFILLED, 1)
    assert [row.enrolment for row in report.rows] == [result(1).enrolment, result(2).enrolment]
    assert report.recognised == (home_course(1),)
    assert report.missing == ()


def test_what_is_missing_is_named_and_nothing_is_recognised() -> None:
    for other in (
        replace(result(2), stands=False),
        replace(result(2), student=STUDENT.replace("a" * 32, "b" * 32)),
        replace(result(2), course=host_course(2).course[:-1] + "2"),
        replace(result(2), course_digest="0" * 64),
        result(3),
    ):
        report = binding_on(agreed(), [result(1), other])
        assert report.binding is Binding.OPEN
        assert report.missing == (host_course(2),)
        assert report.recognised == ()


def test_one_credit_fulfils_one_row_and_the_first_of_two_counts() -> None:
    first, second = result(1, 8), result(1, 9)
    for order in ([first, second, result(2)], [result(2), second, first]):
        report = binding_on(agreed(), order)
        assert report.rows[0].enrolment == first.enrolment
    failed = replace(first, stands=False)
    assert binding_on(agreed(), [failed, second]).rows[0].enrolment == second.enrolment


def test_only_what_is_in_force_binds() -> None:
    results = [result(1), result(2)]
    report = binding_on(propose(), results)
    assert (report.binding, report.number, report.rows) == (Binding.NOT_AGREED, None, ())
    swapped = change(agreed(), make_proposal(VersionKind.CHANGE, tables((1, 3))))
    assert binding_on(swapped, results).binding is Binding.FULFILLED
    for party in (Party.HOST, Party.HOME):
        swapped = answer(swapped, party)
    report = binding_on(swapped, results)
    assert (report.binding, report.number, report.missing) == (Binding.OPEN, 2, (host_course(3),))
    assert binding_on(swapped, [result(1), result(3)]).binding is Binding.FULFILLED
    ending = change(swapped, make_proposal(VersionKind.CANCEL))
    assert binding_on(ending, [result(1), result(3)]).binding is Binding.FULFILLED
    for party in (Party.HOST, Party.HOME):
        ending = answer(ending, party)
    report = binding_on(ending, results)
    assert (report.binding, report.number, report.recognised) == (Binding.CANCELLED, 3, ())
