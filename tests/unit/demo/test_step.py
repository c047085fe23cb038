import shlex
from typing import Any

from demo.step import MASK, Step, masked_request, masked_response, transactions_of


def step(**changes: Any) -> Step:
    fields: dict[str, Any] = {
        "phase": "learning",
        "title": "hands in",
        "actor": "Mei Lin",
        "member": "alpha",
        "method": "POST",
        "url": "https://localhost:1/v1/x?part=a&b",
        "headers": {"Authorization": "Bearer $TOKEN_ALPHA"},
        "body": None,
        "file": None,
        "status": 200,
        "response": {},
    }
    return Step(**fields | changes)


def test_a_call_can_be_pasted_into_a_shell() -> None:
    words = shlex.split(step(body={"title": "it's"}, certificate_authority="/a b.pem").curl())
    assert words == [
        "curl",
        "-sS",
        "--cacert",
        "/a b.pem",
        "-X",
        "POST",
        "-H",
        "Authorization: Bearer $TOKEN_ALPHA",
        "--json",
        '{"title": "it\'s"}',
        "https://localhost:1/v1/x?part=a&b",
    ]


def test_quotation_marks_in_a_header_reach_the_gateway() -> None:
    disposition = 'attachment; filename="an essay.pdf"'
    words = shlex.split(step(headers={"Content-Disposition": disposition}).curl())
    assert f"Content-Disposition: {disposition}" in words


def test_a_file_is_sent_as_it_is() -> None:
    assert "--data-binary @examples/work/essay.pdf" in step(file="examples/work/essay.pdf").curl()


def test_secrets_are_masked_and_codes_of_transactions_are_not() -> None:
    assert masked_request({"code": "1", "passphrase": "2", "login": "3"}) == {
        "code": MASK,
        "passphrase": MASK,
        "login": "3",
    }
    answer = {"activation_code": "1", "transactions": [{"code": "VALID"}], "token": "2"}
    assert masked_response(answer) == {
        "activation_code": MASK,
        "transactions": [{"code": "VALID"}],
        "token": MASK,
    }


def test_transactions_are_read_from_operations_alone() -> None:
    entry = {"function": "AddGrade", "transaction_id": "1", "block": 7, "endorsed_by": ["aMSP"]}
    (found,) = transactions_of({"transactions": [entry | {"code": "VALID"}]})
    assert (found.function, found.block, found.endorsed_by) == ("AddGrade", 7, ("aMSP",))
    assert transactions_of({"enrolments": []}) == ()
    assert transactions_of(None) == ()
