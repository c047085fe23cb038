"""In which language sentences are answered: `Accept-Language` (RFC 9110, section 12.5.4)."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from chaincode.domain.recognition.sentences import Language

_RANGE: Final = re.compile(
    r"\s*(\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_LONGEST: Final = 200


def preferred(accept: str | None) -> Language:
    """The language that is liked best of those there are; English where none is named.

    What is no list of language ranges is no wish: a header of a browser is never an error.
    """
    wishes: dict[Language, str] = {}
    for part in (accept or "")[:_LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        for language in Language if found[1] == "*" else _known(found[1]):
            wishes.setdefault(language, _weight(found[2]))
    best = max(wishes, key=lambda language: wishes[language], default=Language.ENGLISH)
    return best if wishes.get(best, _weight(None)) > _NONE else Language.ENGLISH


def _known(tag: str) -> tuple[Language, ...]:
    return tuple(language for language in Language if language.value == tag.lower())


def _weight(quality: str | None) -> str:
    """Of q=0.8 as digits that sort: floats compare where texts suffice."""
    whole, _, decimals = (quality or "1").partition(".")
    return whole + decimals.ljust(3, "0")


_NONE: Final = "0000"


def language_of(
    response: Response,
    accept: Annotated[
        str | None,
        Header(alias="Accept-Language", description="en or zh: the language of sentences."),
    ] = None,
) -> Language:
    """A dependency; the answer says which language it is in."""
    language = preferred(accept)
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language"
    return language


LanguageDep = Annotated[Language, Depends(language_of)]
