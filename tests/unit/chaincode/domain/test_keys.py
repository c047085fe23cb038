import pytest
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import (
    AccountKey,
    CourseKey,
    EnrolmentKey,
    Kind,
    RecordKey,
    RequestKey,
    collection_of,
    counterpart,
    framework_key,
    member_key,
    record_key,
    sibling,
    split_key,
    word_key,
)

ID = "0123456789abcdef" * 2


def test_keys_are_built_and_taken_apart() -> None:
    assert record_key(Kind.COURSE, "betaMSP", ID, 3) == f"course/betaMSP/{ID}/3"
    assert record_key(Kind.ACCOUNT, "betaMSP", ID) == f"account/betaMSP/{ID}"
    assert split_key(f"course/betaMSP/{ID}/3") == (Kind.COURSE, "betaMSP", ID, 3)
    assert member_key("betaMSP") == "member/betaMSP"
    assert collection_of("betaMSP") == "values-betaMSP"


def test_a_members_word_stands_beside_what_it_is_about() -> None:
    rule = record_key(Kind.RULE, "alphaMSP", ID, 2)
    vote = word_key(Kind.VOTE, rule, "betaMSP")
    assert vote == f"vote/alphaMSP/{ID}/2/betaMSP"
    assert split_key(vote) == (Kind.VOTE, "alphaMSP", ID, 2)
    assert counterpart(rule, Kind.BALLOT) == f"ballot/alphaMSP/{ID}/2"
    assert framework_key("ministryMSP") == "framework/ministryMSP"


def test_siblings_share_owner_and_identifier() -> None:
    key = record_key(Kind.ENROLMENT, "betaMSP", ID)
    assert sibling(key, Kind.WORK) == f"work/betaMSP/{ID}"
    assert sibling(sibling(key, Kind.GRADE), Kind.ENROLMENT) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "course",
        f"course/{ID}",
        f"course//{ID}",
        f"unheard/betaMSP/{ID}",
        f"Course/betaMSP/{ID}",
        f"course/betaMSP/{ID[:-1]}",
        f"course/betaMSP/{ID}/",
        f"course/betaMSP/{ID}/0",
        f"course/betaMSP/{ID}/01",
        f"course/betaMSP/{ID}/10000",
        f"course/betaMSP/{ID}/\u0661",
        f"course/betaMSP/{ID}/1/2",
        f"course/betaMSP/{ID}\n",
        f" course/betaMSP/{ID}",
        f"course/beta/MSP/{ID}",
        "constitution",
        "member/betaMSP",
    ],
)
def test_what_is_no_record_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        split_key(key)
    assert refused.value.field == "key"


def test_each_type_takes_its_own_kind_alone() -> None:
    good = {
        AccountKey: f"account/betaMSP/{ID}",
        CourseKey: f"course/betaMSP/{ID}/1",
        EnrolmentKey: f"enrolment/betaMSP/{ID}",
        RequestKey: f"request/betaMSP/{ID}",
    }
    for kind in good:
        for other, key in good.items():
            adapter: TypeAdapter[str] = TypeAdapter(kind)
            if other is kind:
                assert adapter.validate_python(key) == key
            else:
                with pytest.raises(ValidationError):
                    adapter.validate_python(key)


def test_any_record_may_be_read_and_nothing_else() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(RecordKey)
    for key in ("constitution", "member/betaMSP", f"work/betaMSP/{ID}", f"course/betaMSP/{ID}/9"):
        assert adapter.validate_python(key) == key
    for key in ("\x00composite", "constitution/x", "member/beta", f"work/betaMSP/{ID}/0", "a/b/c"):
        with pytest.raises(ValidationError):
            adapter.validate_python(key)
