"""The pages on sealed work and on exchange name every code that the packages can raise."""

import re
from pathlib import Path

import pytest

from gateway.evidence.errors import EvidenceError
from gateway.exchange.errors import ExchangeError, RequestRefused

SPEC = Path(__file__).parents[3] / "docs" / "spec"


def codes(kind: type[EvidenceError | ExchangeError]) -> set[str]:
    return {sub.code for sub in kind.__subclasses__()}.union(*map(codes, kind.__subclasses__()))


@pytest.mark.parametrize(
    ("page", "root", "bases"),
    [
        ("sealed-work.md", EvidenceError, set()),
        ("exchange.md", ExchangeError, {RequestRefused.code}),
    ],
)
def test_every_refusal_is_specified(
    page: str, root: type[EvidenceError | ExchangeError], bases: set[str]
) -> None:
    text = (SPEC / page).read_text("utf-8").split("## Refusals")[1]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == codes(root) - bases
