import pytest
from fastapi import Request

from gateway.api.files import file_name_of, media_type_of
from gateway.services.errors import InvalidRequest


def request(**headers: str) -> Request:
    raw = [(n.replace("_", "-").encode(), v.encode("latin-1")) for n, v in headers.items()]
    return Request({"type": "http", "headers": raw})


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("", "work"),
        ("attachment", "work"),
        ('attachment; filename="essay.pdf"', "essay.pdf"),
        ("attachment; filename=essay.pdf", "essay.pdf"),
        ("attachment; filename*=UTF-8''pr%C3%BCfung.png", "prüfung.png"),
    ],
)
def test_the_name_in_content_disposition(field: str, name: str) -> None:
    assert file_name_of(request(content_disposition=field)) == name


@pytest.mark.parametrize(
    "field",
    [
        'attachment; filename="../../passwd"',
        'attachment; filename=".."',
        "attachment; filename*=UTF-8''a%00b",
        "attachment; filename*=UTF-8''" + "x" * 300,
        "x" * 1001,
    ],
)
def test_names_that_lead_elsewhere_are_refused(field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        file_name_of(request(content_disposition=field))
    assert refused.value.field == "Content-Disposition"
    assert "passwd" not in str(refused.value)


def test_a_media_type_loses_its_parameters() -> None:
    assert media_type_of(request(content_type="Text/Plain; charset=utf-8")) == "text/plain"


@pytest.mark.parametrize("text", ["", "text", "text/", "/plain", "text/plain/more", "te xt/plain"])
def test_what_is_no_media_type_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        media_type_of(request(content_type=text))
    assert refused.value.field == "Content-Type"
