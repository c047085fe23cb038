import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.evidence.errors import (
    BodyAltered,
    BodyTruncated,
    DigestMismatch,
    EvidenceError,
    OpeningInvalid,
    WorkTooLarge,
)
from gateway.evidence.folder_store import FolderStore
from gateway.evidence.sealing import SealedWork, open_body, seal
from gateway.evidence.stream import (
    CHUNK_BYTES,
    HEADER_BYTES,
    SEALED_CHUNK_BYTES,
    ChunkStream,
    new_header,
    sealed_size,
)
from tests.support.sealed_work import LIMIT, TEACHER, collected, files, opened, pieces, sealed

BATCH = 16 * CHUNK_BYTES
BORDERS = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES,
    BATCH - 1,
    BATCH,
    BATCH + 1,
    3 * BATCH + CHUNK_BYTES,
]


@pytest.mark.parametrize("size", BORDERS)
@pytest.mark.parametrize("piece", [1 << 12, 10 << 20])
async def test_round_trip_at_every_border(store: FolderStore, size: int, piece: int) -> None:
    data = hashlib.shake_128(b"work").digest(size)
    work, body = await sealed(store, data)
    assert len(body) == work.document.size == sealed_size(size)
    assert hashlib.sha256(body).hexdigest() == work.document.body
    assert work.opening.size == size
    assert work.opening.digest == hashlib.sha256(data).hexdigest()
    assert await opened(work, body, piece) == data


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 3 * CHUNK_BYTES + 5),
    piece=st.integers(1000, 4 * CHUNK_BYTES),
    seed=st.binary(min_size=1, max_size=8),
)
async def test_round_trip_of_any_size_in_any_pieces(size: int, piece: int, seed: bytes) -> None:
    data = hashlib.shake_128(seed).digest(size)
    with tempfile.TemporaryDirectory() as folder:
        work, body = await sealed(await FolderStore.open(Path(folder)), data)
    assert await opened(work, body, piece) == data
    assert data == b"" or size < 16 or data[:16] not in body


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(0, sealed_size(2 * CHUNK_BYTES + 77) - 1), bit=st.integers(0, 7))
async def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    data = hashlib.shake_128(b"flip").digest(2 * CHUNK_BYTES + 77)
    with tempfile.TemporaryDirectory() as folder:
        work, body = await sealed(await FolderStore.open(Path(folder)), data)
    altered = body[:place] + bytes([body[place] ^ (1 << bit)]) + body[place + 1 :]
    with pytest.raises(BodyAltered):
        await opened(work, altered)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, sealed_size(2 * CHUNK_BYTES + 77) - 1))
async def test_any_truncation_is_refused_as_one(cut: int) -> None:
    data = hashlib.shake_128(b"cut").digest(2 * CHUNK_BYTES + 77)
    with tempfile.TemporaryDirectory() as folder:
        work, body = await sealed(await FolderStore.open(Path(folder)), data)
    with pytest.raises(BodyTruncated):
        await opened(work, body[:cut])


def chunk_list(body: bytes) -> tuple[bytes, list[bytes]]:
    rest = body[HEADER_BYTES:]
    starts = range(0, len(rest), SEALED_CHUNK_BYTES)
    return body[:HEADER_BYTES], [rest[start : start + SEALED_CHUNK_BYTES] for start in starts]


@pytest.mark.parametrize(
    "attack",
    [
        lambda chunks: [chunks[1], chunks[0], *chunks[2:]],
        lambda chunks: [chunks[0], *chunks],
        lambda chunks: [*chunks, chunks[-1]],
        lambda chunks: [chunks[0], *chunks[2:]],
        lambda chunks: [*chunks, b"x"],
        lambda chunks: [*chunks[:-1], chunks[0]],
    ],
    ids=["reordered", "duplicated", "last-repeated", "left-out", "extended", "last-replaced"],
)
async def test_chunks_keep_their_places(
    store: FolderStore, attack: Callable[[list[bytes]], list[bytes]]
) -> None:
    # All chunks have the same length, so that each attack changes nothing but the order.
    work, body = await sealed(store, hashlib.shake_128(b"order").digest(4 * CHUNK_BYTES))
    header, chunks = chunk_list(body)
    assert await opened(work, header + b"".join(chunks)) != b""
    with pytest.raises((BodyAltered, BodyTruncated)):
        await opened(work, header + b"".join(attack(chunks)))


async def test_a_dishonest_empty_last_chunk_is_refused(store: FolderStore) -> None:
    work, _ = await sealed(store, b"")
    header = new_header()
    stream = ChunkStream(bytes.fromhex(work.opening.content_key), header)
    body = header + stream.seal(bytes(CHUNK_BYTES), last=False) + stream.seal(b"", last=True)
    lying = work.opening.model_copy(update={"size": CHUNK_BYTES})
    with pytest.raises(BodyAltered, match="empty chunk"):
        await collected(open_body(pieces(body), opening=lying, body="0" * 64))


async def test_nothing_of_an_unverified_chunk_is_released(store: FolderStore) -> None:
    data = hashlib.shake_128(b"release").digest(2 * BATCH)
    work, body = await sealed(store, data)
    altered = body[:-1] + bytes([body[-1] ^ 1])
    released = bytearray()

    async def read_all() -> None:
        plain = open_body(pieces(altered), opening=work.opening, body=work.document.body)
        async for piece in plain:
            released.extend(piece)

    with pytest.raises(BodyAltered):
        await read_all()
    assert released == data[:BATCH]


@pytest.mark.parametrize(
    "lie",
    [{"size": 10}, {"size": 300_000}, {"digest": "0" * 64}],
    ids=["smaller", "larger", "other-digest"],
)
async def test_an_opening_that_lies_about_the_work_is_refused(
    store: FolderStore, lie: dict[str, object]
) -> None:
    work, body = await sealed(store, b"w" * 200_000)
    lying = SealedWork(work.document, work.opening.model_copy(update=lie))
    with pytest.raises(DigestMismatch):
        await opened(lying, body)


async def test_a_body_under_another_address_is_refused(store: FolderStore) -> None:
    work, body = await sealed(store, b"work")
    with pytest.raises(DigestMismatch):
        await collected(open_body(pieces(body), opening=work.opening, body="0" * 64))


async def test_another_documents_key_opens_nothing(store: FolderStore) -> None:
    one, body = await sealed(store, b"one")
    other, _ = await sealed(store, b"two")
    with pytest.raises(BodyAltered):
        await collected(open_body(pieces(body), opening=other.opening, body=one.document.body))


@pytest.mark.parametrize(
    ("media_type", "file_name"),
    [
        ("pdf", "essay.pdf"),
        ("application/pdf", "../essay.pdf"),
        ("application/pdf", ""),
        ("application/pdf", ".."),
        ("application/pdf", "a\nb"),
        ("application/pdf", "a\u202eb"),
        ("application/pdf", "é" * 128),
    ],
)
async def test_a_bad_description_is_refused_before_a_byte_is_read(
    store: FolderStore, media_type: str, file_name: str
) -> None:
    async def unread() -> AsyncIterator[bytes]:
        yield pytest.fail("the source was read")

    with pytest.raises(OpeningInvalid) as refusal:
        await seal(
            unread(),
            store=store,
            recipients=[TEACHER.public],
            media_type=media_type,
            file_name=file_name,
            limit=LIMIT,
        )
    assert refusal.value.__cause__ is None


async def test_too_large_work_is_refused_and_nothing_kept(
    store: FolderStore, tmp_path: Path
) -> None:
    with pytest.raises(WorkTooLarge):
        await seal(
            pieces(b"w" * 1001),
            store=store,
            recipients=[TEACHER.public],
            media_type="text/plain",
            file_name="a.txt",
            limit=1000,
        )
    assert files(tmp_path) == []


async def test_a_source_that_fails_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"w" * (2 * BATCH)
        raise ConnectionError("the uploader went away")

    with pytest.raises(ConnectionError):
        await seal(
            failing(),
            store=store,
            recipients=[TEACHER.public],
            media_type="text/plain",
            file_name="a.txt",
            limit=LIMIT,
        )
    assert files(tmp_path) == []


async def test_the_same_work_sealed_twice_shares_no_bytes(store: FolderStore) -> None:
    _, one = await sealed(store, b"w" * 1000)
    _, two = await sealed(store, b"w" * 1000)
    assert one[HEADER_BYTES:] != two[HEADER_BYTES:]


async def test_secrets_stay_out_of_representations(store: FolderStore) -> None:
    work, _ = await sealed(store, b"work")
    shown = repr(work)
    for secret in (work.opening.content_key, work.opening.salt, work.opening.digest, "essay.pdf"):
        assert secret not in shown


def test_a_body_has_a_bounded_number_of_chunks() -> None:
    stream = ChunkStream(bytes(32), new_header())
    stream._count = 1 << 32
    with pytest.raises(WorkTooLarge):
        stream.seal(b"x", last=True)


def test_every_error_has_its_own_code() -> None:
    def below(kind: type[EvidenceError]) -> list[type[EvidenceError]]:
        return [kind, *(found for sub in kind.__subclasses__() for found in below(sub))]

    codes = [kind.code for kind in below(EvidenceError)]
    assert len(codes) == len(set(codes))


async def test_a_recipient_named_twice_gets_one_wrap(store: FolderStore) -> None:
    work = await seal(
        pieces(b"work"),
        store=store,
        recipients=[TEACHER.public, TEACHER.public],
        media_type="text/plain",
        file_name="a.txt",
        limit=LIMIT,
    )
    assert len(work.document.wraps) == 1


async def test_a_body_is_what_the_specification_says(store: FolderStore) -> None:
    data = hashlib.shake_128(b"specification").digest(2 * CHUNK_BYTES + 100)
    work, body = await sealed(store, data)
    cipher, header = AESGCM(bytes.fromhex(work.opening.content_key)), body[:16]
    assert header[:9] == b"ccwork/1\n"
    expected = header
    for number, last in ((0, b"\0"), (1, b"\0"), (2, b"\1")):
        nonce = header[9:] + number.to_bytes(4, "big") + last
        expected += cipher.encrypt(nonce, data[number * 65536 : (number + 1) * 65536], header)
    assert body == expected


async def test_nothing_beyond_the_announced_size_is_released(store: FolderStore) -> None:
    work, body = await sealed(store, b"w" * (3 * BATCH))
    lying = work.opening.model_copy(update={"size": BATCH + 10})
    released = bytearray()

    async def read_all() -> None:
        async for piece in open_body(pieces(body), opening=lying, body=work.document.body):
            released.extend(piece)

    with pytest.raises(DigestMismatch):
        await read_all()
    assert len(released) == BATCH
