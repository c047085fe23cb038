"""What the linter found, in words; every code is found by a test."""

import pytest

from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_chinese import LINT_CHINESE
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding
from chaincode.domain.recognition.lint_english import LINT_ENGLISH
from chaincode.domain.recognition.lint_sentences import lint_sentence
from chaincode.domain.recognition.sentences import Language
from tests.support.lint_course_faults import COURSES
from tests.support.lint_faults import FAULTS


def test_every_code_has_a_sentence_in_both_languages() -> None:
    assert set(LINT_ENGLISH) == set(LINT_CHINESE) == set(LintCode)


EXAMPLES = {entry.code: entry for *_, content in FAULTS for entry in lint(content)}


@pytest.mark.parametrize("found", EXAMPLES.values(), ids=lambda found: found.code.value)
@pytest.mark.parametrize("language", Language)
def test_a_sentence_fills_all_its_gaps(found: LintFinding, language: Language) -> None:
    said = lint_sentence(found, language)
    texts = {Language.ENGLISH: LINT_ENGLISH, Language.CHINESE: LINT_CHINESE}[language]
    for name in found.values:
        assert f"{{{name}}}" in texts[found.code]
    assert texts[found.code].count("{") == len(found.values)
    assert "{" not in said
    assert said.endswith("." if language is Language.ENGLISH else "。")


SHOWN_BY_COURSES = {code for code, *_ in COURSES} | {
    LintCode.PART_EXCEEDS_COURSE,
    LintCode.COURSE_CHANGED,
    LintCode.CATEGORY_DIFFERS,
    LintCode.HOME_CREDITS_DIFFER,
    LintCode.COURSE_UNKNOWN,
    LintCode.FIELD_DIFFERS,
    LintCode.FRAMEWORK_BROKEN,
}


def test_every_code_is_seen_here() -> None:
    assert EXAMPLES.keys() | SHOWN_BY_COURSES == set(LintCode)
