"""Sentences are made from codes: every code has both languages, and no placeholder stays open."""

import re
from string import Formatter

import pytest

from chaincode.domain.recognition.chinese import (
    CHINESE,
    CHINESE_FINDINGS,
    CHINESE_MISSING,
    CHINESE_WORDS,
)
from chaincode.domain.recognition.codes import Code, Finding, Missing
from chaincode.domain.recognition.english import ENGLISH, ENGLISH_FINDINGS, ENGLISH_MISSING
from chaincode.domain.recognition.sentences import Language, sentence, sentences
from chaincode.domain.recognition.verdict import Node
from tests.support.decisions import every_decision
from tests.support.recognition import nodes


def test_every_code_and_finding_has_both_languages() -> None:
    assert ENGLISH.keys() == CHINESE.keys() == set(Code)
    assert ENGLISH_FINDINGS.keys() == CHINESE_FINDINGS.keys() == set(Finding)
    assert ENGLISH_MISSING.keys() == CHINESE_MISSING.keys() == set(Missing)
    for code in Code:
        english, chinese = ("".join(texts[code]) for texts in (ENGLISH, CHINESE))
        assert _names(english) == _names(chinese), code
        assert english.isascii()
        assert re.search(r"[\u4e00-\u9fff]", chinese)


def test_every_code_stands_in_some_decision() -> None:
    said = {node.code for _, verdict in every_decision() for node in nodes(verdict)}
    assert said == set(Code)


def test_no_sentence_leaves_a_value_open_that_the_node_should_have() -> None:
    for _, verdict in every_decision():
        for node in nodes(verdict):
            values = {**(node.demanded or {}), **(node.found or {})}
            demanded, found = ENGLISH[node.code]
            asked = _names(demanded) | (_names(found) if node.found is not None else set())
            assert asked - {"last"} <= values.keys(), node
            for language in Language:
                assert not re.search(r"[{}]", sentence(node, language))


def test_no_word_of_a_closed_list_stays_english_in_a_chinese_sentence() -> None:
    for _, verdict in every_decision():
        for node in nodes(verdict):
            values = {**(node.demanded or {}), **(node.found or {})}
            names = ("standing", "flag", "combine", "order", "of", "unit", "within", "home")
            for name in names:
                value = values.get(name)
                if isinstance(value, str) and value.replace("-", "").isalpha():
                    assert value in CHINESE_WORDS or value.endswith("MSP"), (name, value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            Language.ENGLISH,
            "A grade of 70.00 or better is demanded (x); the grade is 65.00: not fulfilled.",
        ),
        (Language.CHINESE, "成绩须达到70.00或更好\uff08x\uff09\uff1b成绩为65.00\uff1a不符合。"),
    ],
)
def test_a_sentence(language: Language, text: str) -> None:
    node = Node(
        code=Code.MINIMUM_GRADE,
        finding=Finding.FAILED,
        about="x",
        demanded={"least": "70.00"},
        found={"grade": "65.00"},
    )
    assert sentence(node, language) == text


def test_what_is_unknown_is_not_said_to_be_zero() -> None:
    node = Node(code=Code.MINIMUM_GRADE, finding=Finding.UNKNOWN, demanded={"least": "70.00"})
    assert sentence(node, Language.ENGLISH) == (
        "A grade of 70.00 or better is demanded: could not be checked."
    )


def test_lists_truths_and_open_ends_are_words() -> None:
    gap = Node(
        code=Code.CREDIT_GAP,
        finding=Finding.FAILED,
        demanded={"required": "6.00", "largest_gap": "2.00", "more_for_less": True},
        found={"credits": "5.00"},
    )
    assert "never less: yes; the host brings 5.00" in sentence(gap, Language.ENGLISH)
    place = Node(
        code=Code.EXAMINATION_PLACE,
        finding=Finding.FAILED,
        demanded={"places": ("member", "city nanjing")},
        found={"sat_at": ()},
    )
    assert sentence(place, Language.ENGLISH) == (
        "The examination was sat at: member, city nanjing; it was sat at: none: not fulfilled."
    )
    force = Node(
        code=Code.RULE_IN_FORCE,
        finding=Finding.FULFILLED,
        demanded={"first": "2026-01-01"},
        found={"on": "2026-02-01"},
    )
    assert "from 2026-01-01, last day: open;" in sentence(force, Language.ENGLISH)


def test_sentences_follow_the_tree() -> None:
    _, verdict = next(every_decision())
    lines = list(sentences(verdict.explanation, Language.ENGLISH))
    assert len(lines) == len(nodes(verdict))
    assert lines[0][0] == 0
    assert {depth for depth, _ in lines} == {0, 1, 2}


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
