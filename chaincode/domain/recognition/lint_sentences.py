"""The linter's findings as sentences made of codes alone."""

from collections.abc import Mapping

from chaincode.domain.recognition.lint_chinese import (
    LINT_CHINESE,
    LINT_CHINESE_KINDS,
    LINT_CHINESE_SEVERITIES,
)
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, Severity
from chaincode.domain.recognition.lint_english import LINT_ENGLISH, LINT_ENGLISH_SEVERITIES
from chaincode.domain.recognition.sentences import Language, quoted

_TEXTS: Mapping[Language, Mapping[LintCode, str]] = {
    Language.ENGLISH: LINT_ENGLISH,
    Language.CHINESE: LINT_CHINESE,
}
_SEVERITIES: Mapping[Language, Mapping[Severity, str]] = {
    Language.ENGLISH: LINT_ENGLISH_SEVERITIES,
    Language.CHINESE: LINT_CHINESE_SEVERITIES,
}
_KINDS: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: {},
    Language.CHINESE: LINT_CHINESE_KINDS,
}
_KIND_GAPS = ("kind", "demand", "because")
_ENDS = {Language.ENGLISH: (": ", "."), Language.CHINESE: ("：", "。")}  # noqa: RUF001 - Chinese punctuation


def lint_sentence(found: LintFinding, language: Language) -> str:
    """One finding for people: how much it weighs, and what it is; its path stands beside it."""
    kinds = _KINDS[language]
    values = {
        name: kinds.get(str(value), value) if name in _KIND_GAPS else value
        for name, value in found.values.items()
    }
    colon, stop = _ENDS[language]
    text = _TEXTS[language][found.code].format_map(quoted(values, language))
    return f"{_SEVERITIES[language][found.severity]}{colon}{text}{stop}"
