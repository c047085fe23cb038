"""A mapping and what its checks found."""

from dataclasses import dataclass
from itertools import chain

from chaincode.domain.recognition.caps import CapUse, cap_uses
from chaincode.domain.recognition.case import Case, worst
from chaincode.domain.recognition.codes import Finding
from chaincode.domain.recognition.course_checks import check_courses
from chaincode.domain.recognition.credit_checks import check_credits
from chaincode.domain.recognition.credit_sums import check_sums
from chaincode.domain.recognition.grade_checks import check_confirmation, check_grade
from chaincode.domain.recognition.rule_parts import Mapping
from chaincode.domain.recognition.verdict import Node


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mapping that concerns the student, judged by itself."""

    mapping: Mapping
    nodes: tuple[Node, ...]
    finding: Finding
    """What the nodes say together."""
    grade: int | None = None
    """At home, in hundredths; None for passed only, or where it is not known."""
    caps: tuple[CapUse, ...] = ()

    @property
    def id(self) -> str:
        """The mapping's id."""
        return self.mapping.id

    @property
    def possible(self) -> bool:
        """Whether it could be chosen, with a person's word or without."""
        return self.finding in (Finding.FULFILLED, Finding.CONFIRM)

    @property
    def credits(self) -> int:
        """What it would bring, in hundredths."""
        return sum(home.credits for home in self.mapping.home)


def judge(case: Case, mapping: Mapping, *, stop: bool) -> Candidate:
    """Judge a mapping by all that is demanded; `stop` ends at the first demand that fails."""
    nodes: list[Node] = []
    sums = () if case.admission else check_sums(case, mapping)
    for node in chain(check_credits(case, mapping), sums, check_courses(case, mapping)):
        nodes.append(node)
        if stop and node.finding is Finding.FAILED:
            return Candidate(mapping, tuple(nodes), Finding.FAILED)
    converted, grade = check_grade(case, mapping)
    nodes.append(converted)
    confirmation = check_confirmation(case, mapping)
    if confirmation is not None:
        nodes.append(confirmation)
    caps: list[CapUse] = []
    for use in cap_uses(case, mapping):
        nodes.append(use.node)
        caps.append(use)
        if stop and use.node.finding is Finding.FAILED:
            break
    return Candidate(mapping, tuple(nodes), worst(nodes), grade, tuple(caps))
