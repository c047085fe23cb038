import hashlib
import json
import time

import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument

# RFC 8785, section 3.2.2: input, and the canonical form as section 3.2.4 gives its bytes.
RFC_INPUT = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
RFC_OUTPUT = (
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
)
# RFC 8785, section 3.2.3: names are sorted by UTF-16 code units, so the emoji precedes U+FB33.
RFC_NAMES = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
RFC_ORDER = [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
]


def test_the_vector_of_the_rfc() -> None:
    assert canonical.encode(json.loads(RFC_INPUT)).decode() == RFC_OUTPUT


def test_the_sorting_vector_of_the_rfc() -> None:
    encoded = canonical.encode(RFC_NAMES)
    assert list(json.loads(encoded).values()) == RFC_ORDER


def test_digest_is_sha256_of_the_canonical_form() -> None:
    assert canonical.digest({"b": 1, "a": [True, None]}) == (
        hashlib.sha256(b'{"a":[true,null],"b":1}').hexdigest()
    )


@pytest.mark.parametrize("value", [{"a": 2**53}, {"a": -(2**53)}, {"a": "\ud800"}, {"\ud800": 1}])
def test_what_has_no_canonical_form_is_refused(value: dict[str, int]) -> None:
    with pytest.raises(InvalidArgument, match="no canonical form") as refused:
        canonical.encode(value)
    assert "9007199254740992" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_endless_nesting_is_refused_not_a_crash() -> None:
    value: dict[str, object] = {}
    for _ in range(5_000):
        value = {"a": value}
    with pytest.raises(InvalidArgument):
        canonical.encode(value)  # type: ignore[arg-type]


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (b'{"a":1,"a":1}', "a"),
        (b'{"a":{"b":1,"b":2}}', "b"),
        (b'{"a":1.0}', "a"),
        (b'{"a":[1,{"b":1e3}]}', "a.1.b"),
        (b'{"a":NaN}', "a"),
        (b'{"a":-Infinity}', "a"),
        (b'{"a":9007199254740992}', "a"),
        (b'{"a":-9007199254740992}', "a"),
        (b'{"a":' + b"9" * 5_000 + b"}", "a"),
        (b'{"a":"\\ud800"}', "a"),
        (b'{"\\udfff":1}', "\\udfff"),
        (b'{"\\ud800":1,"\\ud800":2}', "\\ud800"),
        (nested(17), ".".join("a" * 17)),
        (b"[1]", None),
        (b"1", None),
        (b"null", None),
        (b"", None),
        (b'{"a":1', None),
        (b'{"a":1} ', "absent"),
        (b'{"a":1}x', None),
        (b'\xef\xbb\xbf{"a":1}', None),
        (b'{"a":"\xff"}', None),
        (b'{"a":"\x00"}', None),
        (b"{'a':1}", None),
        (nested(12_000), ".".join("a" * 16)),
        (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", ".".join(["a", *["0"] * 16])),
    ],
)
def test_hostile_documents(document: bytes, field: str | None) -> None:
    if field == "absent":
        assert canonical.decode(document) == {"a": 1}
        return
    with pytest.raises(InvalidArgument) as refused:
        canonical.decode(document)
    assert refused.value.field == field
    assert refused.value.__cause__ is None
    assert canonical.encode(refused.value.document())


@pytest.mark.parametrize("document", [nested(16), b'{"a":9007199254740991,"b":-9007199254740991}'])
def test_the_last_that_is_taken(document: bytes) -> None:
    assert canonical.encode(canonical.decode(document)) == document


@pytest.mark.parametrize("secret", ["8250.5", "92345678901234567890", "1e5"])
def test_no_number_is_repeated(secret: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        canonical.decode(f'{{"mark":{secret}}}'.encode())
    assert secret not in repr(refused.value.document()) + repr(refused.value)


def test_the_limit_holds_and_is_the_callers() -> None:
    document = b'{"a":"' + b"x" * 10 + b'"}'
    assert canonical.decode(document, limit=len(document)) == {"a": "x" * 10}
    with pytest.raises(InvalidArgument, match="18 bytes, at most 17"):
        canonical.decode(document, limit=17)
    with pytest.raises(InvalidArgument, match="at most 65536"):
        canonical.decode(b'{"a":"' + b"x" * 65_536 + b'"}')


def test_hostile_names_are_cut_and_escaped_in_paths() -> None:
    assert canonical.field_path(["parts", 0, "weight"]) == "parts.0.weight"
    assert canonical.field_path(["\x00\n\ud800" + "x" * 1_000]) == "\\x00\\n\\ud800" + "x" * 61


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (b'{"a": ' + b"[" * 90_000, "a" + ".0" * 16),
        (
            b'{"a,[": {"b\\"]": [1, "{", {"c": 1, "d": ' + b"[" * 5_000,
            'a,[.b\\\\"].2.d' + ".0" * 13,
        ),
    ],
)
def test_however_deep_it_nests_the_place_is_named(document: bytes, path: str) -> None:
    with pytest.raises(InvalidArgument, match="nests too deep") as refused:
        canonical.decode(document, limit=len(document))
    assert refused.value.field == path


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"a": 1, "b": [{"c": "x"}, {"c": "y" * 400}]}, "b.1.c"),
        ({"a": ["x" * 40] * 40}, "a.6"),
        ({"a": "x" * 400}, "a"),
    ],
)
def test_what_is_too_long_is_so_from_a_place_on(document: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidArgument, match="at most 300") as refused:
        canonical.decode(json.dumps(document).encode(), limit=300)
    assert refused.value.field == path


@pytest.mark.parametrize("text", [b'\\"', b'\\\\\\"', b"a", b"["])
def test_in_a_text_that_is_cut_the_place_is_found_at_once(text: bytes) -> None:
    document = b'{"a":"' + text * (canonical.MAX_DOCUMENT_BYTES // len(text))
    began = time.process_time()
    with pytest.raises(InvalidArgument, match="at most 65536") as refused:
        canonical.decode(document)
    assert refused.value.field == "a"
    assert time.process_time() - began < 5, "the rest was looked at anew from each quote in it"


def test_what_does_not_nest_too_deep_has_no_such_place() -> None:
    assert canonical.path_too_deep('{"a": [[], {}, "[["], "b": [1, {"c": 2}]}') == ()
