"""What a rule says of a case, as REST shows it: items, and the explanation with its sentences."""

from collections.abc import Mapping
from typing import Self

from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.sentences import Language, sentence
from chaincode.domain.recognition.verdict import Node, Recognised, UsedCredit
from chaincode.domain.values import Value
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import CourseId, identifier_of, shown
from gateway.api.schemas import JsonObject


class SourceView(Value):
    """A record that a fact was read from."""

    record: str
    """Its ledger key."""
    version: int


class ExplanationView(Value):
    """One line: what was demanded, what was found, where that stands, and a sentence for people."""

    code: Code
    finding: Finding
    about: str | None
    """The mapping or the record that it is about."""
    demanded: JsonObject | None
    found: JsonObject | None
    where: tuple[SourceView, ...]
    sentence: str
    children: "tuple[ExplanationView, ...]"

    @classmethod
    def of(cls, node: Node, language: Language, titles: Mapping[str, str]) -> Self:
        """Show a node and all below it; `titles` are those of courses, by ledger key."""
        about = node.about
        named = node
        if about is not None and about in titles:
            named = node.model_copy(update={"about": titles[about]})
        return cls(
            code=node.code,
            finding=node.finding,
            about=None if about is None else str(shown(about)),
            demanded=_values(node.demanded),
            found=_values(node.found),
            where=tuple(SourceView(record=one.key, version=one.version) for one in node.where),
            sentence=sentence(named, language),
            children=tuple(cls.of(child, language, titles) for child in node.children),
        )


def _values(values: Mapping[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    if values is None:
        return None
    return {name: shown(value) for name, value in values.items()}


class UsedCreditView(Value):
    """How much of a host's course a recognition uses up."""

    course: CourseId
    amount: Amount

    @classmethod
    def of(cls, used: UsedCredit) -> Self:
        """Show it by its course: of a plan there is no credit yet."""
        return cls(course=identifier_of(used.course), amount=used.amount)


class RecognisedView(Value):
    """One home course that is replaced, or one score; without a grade it is passed only."""

    mapping: str
    home: CourseId | None
    title: str | None
    subject: str | None
    credits: Amount | None
    grade: Amount | None
    used: tuple[UsedCreditView, ...]

    @classmethod
    def of(cls, item: Recognised, titles: Mapping[str, str]) -> Self:
        """Show an item."""
        return cls(
            mapping=item.mapping,
            home=None if item.home is None else identifier_of(item.home),
            title=None if item.home is None else titles.get(item.home),
            subject=item.subject,
            credits=item.credits,
            grade=item.grade,
            used=tuple(map(UsedCreditView.of, item.used)),
        )
