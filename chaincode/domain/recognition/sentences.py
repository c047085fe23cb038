"""Sentences for people, made of the codes of an explanation alone."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from chaincode.domain.recognition.chinese import (
    CHINESE,
    CHINESE_FINDINGS,
    CHINESE_MISSING,
    CHINESE_WORDS,
)
from chaincode.domain.recognition.codes import Code, Finding, Missing
from chaincode.domain.recognition.demands import Within
from chaincode.domain.recognition.english import (
    ENGLISH,
    ENGLISH_FINDINGS,
    ENGLISH_MISSING,
    ENGLISH_WORDS,
)
from chaincode.domain.recognition.verdict import Node, Plain, Quoted


class Language(StrEnum):
    """The languages that sentences are made in."""

    ENGLISH = "en"
    CHINESE = "zh"


_TEXTS: Mapping[Language, Mapping[Code, tuple[str, str]]] = {
    Language.ENGLISH: ENGLISH,
    Language.CHINESE: CHINESE,
}
_FINDINGS = {Language.ENGLISH: ENGLISH_FINDINGS, Language.CHINESE: CHINESE_FINDINGS}
_MISSING = {Language.ENGLISH: ENGLISH_MISSING, Language.CHINESE: CHINESE_MISSING}
_WORDS = {Language.ENGLISH: ENGLISH_WORDS, Language.CHINESE: CHINESE_WORDS}
_MARKS = {
    Language.ENGLISH: (": ", "; ", ", ", ".", " (", ")"),
    Language.CHINESE: ("：", "；", "、", "。", "（", "）"),  # noqa: RUF001 - Chinese punctuation
}


def sentence(node: Node, language: Language) -> str:
    """One node, without its children: what it is about, demanded, found, and what follows."""
    colon, semicolon, _, stop, opening, closing = _MARKS[language]
    demanded, found = _TEXTS[language][node.code]
    values = _Quoted(language, {**(node.demanded or {}), **(node.found or {})})
    parts = [demanded.format_map(values)]
    if found and node.found is not None:
        parts.append(found.format_map(values))
    if (missing := _missing(node)) is not None:
        parts.append(_MISSING[language][missing])
    about = f"{opening}{node.about}{closing}" if node.about else ""
    text = semicolon.join([parts[0] + about, *parts[1:]])
    return f"{text}{colon}{_FINDINGS[language][node.finding]}{stop}"


def _missing(node: Node) -> Missing | None:
    """What a cap that could not be checked would have taken, as far as its node tells."""
    if node.finding is not Finding.UNKNOWN:
        return None
    if node.code is Code.HOME_SHARE:
        return Missing.OF_HOME_SHARE
    if node.code is not Code.SHARE_CAP or node.demanded is None:
        return None
    if node.demanded["within"] == Within.DEGREE:
        return Missing.OF_DEGREE
    return Missing.TERM if node.about is None else Missing.OF_TERM


def sentences(node: Node, language: Language, *, depth: int = 0) -> Iterator[tuple[int, str]]:
    """A node and all below it, each with its depth, from above."""
    yield depth, sentence(node, language)
    for child in node.children:
        yield from sentences(child, language, depth=depth + 1)


def quoted(values: Quoted, language: Language) -> Mapping[str, str]:
    """Values as words, for a text's gaps; a gap without a value is said to be open."""
    return _Quoted(language, values)


class _Quoted(dict[str, str]):
    """Values as words; what a node leaves out is said to be open."""

    def __init__(self, language: Language, values: Mapping[str, Plain]) -> None:
        self._language = language
        super().__init__({name: self._word(value) for name, value in values.items()})

    def __missing__(self, name: str) -> str:
        return _WORDS[self._language]["open"]

    def _word(self, value: Plain) -> str:
        words = _WORDS[self._language]
        if isinstance(value, bool):
            return words["yes" if value else "no"]
        if isinstance(value, tuple):
            comma = _MARKS[self._language][2]
            return comma.join(words.get(item, item) for item in value) or words["none"]
        return words.get(str(value), str(value))
