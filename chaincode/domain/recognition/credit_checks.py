"""What every mapping asks, whatever its demands: the credits are there, stand, and are free."""

from collections.abc import Iterator

from chaincode.domain.keys import CourseKey, ProgrammeKey
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, judged
from chaincode.domain.recognition.codes import Code
from chaincode.domain.recognition.facts import CreditFacts, Standing
from chaincode.domain.recognition.rule_parts import HomeCourse, HostCourse, Mapping
from chaincode.domain.recognition.verdict import Node


def check_credits(case: Case, mapping: Mapping) -> Iterator[Node]:
    """The host's side, course by course, then home's."""
    for item in mapping.host:
        credit = case.credits.get(item.course)
        where = credit.sources if credit else ()
        yield judged(Code.HOST_COURSE, credit is not None, about=item.course, where=where)
        if credit is not None:
            yield from _check_credit(case, item, credit)
    for home in mapping.home:
        yield from _check_home(case, home)


def _check_credit(case: Case, item: HostCourse, credit: CreditFacts) -> Iterator[Node]:
    if item.digest is not None:
        found = credit.course_digest
        yield judged(
            Code.COURSE_AS_AGREED,
            None if found is None else found == item.digest,
            about=item.course,
            demanded={"agreed": item.digest},
            found={"digest": found or ""},
            where=credit.sources,
        )
    standing = credit.standing
    yield judged(
        Code.STANDING,
        None if standing is None else standing is Standing.AWARDED,
        about=item.course,
        found={"standing": standing.value if standing else ""},
        where=credit.sources,
    )
    if not case.admission:
        yield _check_free(case, item, credit)


def _check_free(case: Case, item: HostCourse, credit: CreditFacts) -> Node:
    amount, left = case.amount(item), free(case, credit)
    return judged(
        Code.CREDIT_FREE,
        None if amount is None or left is None else amount <= left,
        about=item.course,
        found={
            "used": format_hundredths(amount or 0),
            "free": format_hundredths(max(0, left or 0)),
        },
        where=credit.sources,
    )


def free(case: Case, credit: CreditFacts) -> int | None:
    """How much of a credit is not redeemed yet, in hundredths; None where that is not known.

    For a programme of the rule's joint degree, what other programmes of that degree took does not
    count.
    """
    if credit.credits is None or credit.redeemed is None:
        return None
    joint = set(case.rule.joint_programmes)
    programme = case.facts.programme
    mine = version_less(programme.key) if programme else ""
    taken = sum(
        entry.amount
        for entry in credit.redeemed
        if not (mine in joint and version_less(entry.programme) in joint - {mine})
    )
    return credit.credits - taken


def version_less(key: CourseKey | ProgrammeKey) -> str:
    """A course or programme in all its versions: its key without the number."""
    return key.rpartition("/")[0]


def _check_home(case: Case, home: HomeCourse) -> Iterator[Node]:
    programme, categories = case.facts.programme, case.categories
    if categories is not None:
        yield judged(
            Code.HOME_COURSE_IN_PROGRAMME,
            home.course in categories,
            about=home.course,
            where=programme.sources if programme else (),
        )
    counted = case.facts.counted
    course = version_less(home.course)
    before = [entry for entry in counted or () if version_less(entry.home) == course]
    yield judged(
        Code.HOME_COURSE_FREE,
        None if counted is None else not before,
        about=home.course,
        where=[source for entry in before for source in entry.sources],
    )
