import base64

import pytest

from gateway.evidence.errors import NotARecipient, OpeningInvalid, WrapRefused
from gateway.evidence.folder_store import FolderStore
from gateway.evidence.opening import SealedDocument, Wrap, make_wrap, open_wrap
from gateway.evidence.sealing import SealedWork, reseal, unwrap
from gateway.evidence.suite import hpke_seal
from tests.support.sealed_work import STRANGER, TEACHER, UNIVERSITY, opened, sealed


async def test_recipients_open_and_strangers_do_not(store: FolderStore) -> None:
    work, _ = await sealed(store, b"work")
    assert unwrap(work.document, TEACHER) == unwrap(work.document, UNIVERSITY) == work.opening
    with pytest.raises(NotARecipient):
        unwrap(work.document, STRANGER)


async def test_resealing_adds_a_reader_and_leaves_the_body(store: FolderStore) -> None:
    work, body = await sealed(store, b"work")
    wrap = reseal(work.document, UNIVERSITY, STRANGER.public)
    shared = work.document.model_copy(update={"wraps": (*work.document.wraps, wrap)})
    assert unwrap(shared, STRANGER) == work.opening
    assert await opened(SealedWork(shared, unwrap(shared, STRANGER)), body) == b"work"
    with pytest.raises(NotARecipient):
        reseal(work.document, STRANGER, STRANGER.public)


async def test_a_wrap_cannot_be_moved(store: FolderStore) -> None:
    one, _ = await sealed(store, b"one")
    two, _ = await sealed(store, b"two")
    moved = SealedDocument(body=two.document.body, size=1, wraps=one.document.wraps)
    with pytest.raises(WrapRefused):
        unwrap(moved, TEACHER)
    stolen = one.document.wraps[0].model_copy(update={"recipient": STRANGER.public.key_id})
    with pytest.raises(WrapRefused):
        open_wrap(stolen, body=one.document.body, private=STRANGER)
    with pytest.raises(WrapRefused):
        open_wrap(one.document.wraps[0], body=one.document.body, private=UNIVERSITY)


async def test_a_document_survives_json(store: FolderStore) -> None:
    work, _ = await sealed(store, b"work")
    again = SealedDocument.model_validate_json(work.document.model_dump_json())
    assert unwrap(again, TEACHER) == work.opening


async def test_wraps_do_not_tell_the_length_of_the_name(store: FolderStore) -> None:
    work, _ = await sealed(store, b"work")
    longer = work.opening.model_copy(update={"file_name": "essay-of-somebody-known.pdf"})
    wrap = make_wrap(longer, body=work.document.body, recipient=TEACHER.public)
    assert len(wrap.sealed) == len(work.document.wraps[0].sealed)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"[]",
        b"{}",
        b'{"content_key":"secret-of-somebody"}',
        b"\xff",
        b"{" * 4000,
    ],
)
def test_what_a_hostile_sender_wraps_is_refused_without_being_quoted(plain: bytes) -> None:
    body = "a" * 64
    info = b"crosscredit/sealed-work/wrap/v1\x00" + bytes.fromhex(TEACHER.public.key_id + body)
    wrap = wrap_of(sealing_bytes=plain, info=info)
    with pytest.raises(OpeningInvalid) as refusal:
        open_wrap(wrap, body=body, private=TEACHER)
    assert "secret-of-somebody" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def wrap_of(*, sealing_bytes: bytes, info: bytes) -> Wrap:
    sealed = hpke_seal(TEACHER.public, info=info, plaintext=sealing_bytes)
    text = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    return Wrap(recipient=TEACHER.public.key_id, sealed=text)


async def test_an_opening_has_one_form(store: FolderStore) -> None:
    work, _ = await sealed(store, b"work")
    body = work.document.body
    info = b"crosscredit/sealed-work/wrap/v1\x00" + bytes.fromhex(TEACHER.public.key_id + body)
    same = work.opening.model_dump_json()
    with pytest.raises(OpeningInvalid, match="canonical"):
        open_wrap(wrap_of(sealing_bytes=same.encode(), info=info), body=body, private=TEACHER)
