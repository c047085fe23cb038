import base64
import hashlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.exchange.errors import (
    CertificateMalformed,
    ComponentNotCovered,
    DigestMissing,
    ExchangeError,
    RequestFromFuture,
    RequestRefused,
    RequestReplayed,
    RequestTooOld,
    SignatureInvalid,
    SignatureMissing,
    WrongAudience,
)
from gateway.exchange.message import Fields, RequestView
from gateway.exchange.protocol import CERTIFICATE_FIELD
from tests.support.exchange import BODY, NOW, ORIGIN, World, pieces


@pytest.fixture
def world() -> World:
    return World()


async def test_a_signed_request_is_let_through(world: World) -> None:
    verified = await world.verifier.verify(await world.signed())
    assert verified.msp_id == "alphaMSP"
    assert verified.gateway == "0f" * 16
    assert verified.method == "POST"
    assert verified.target == ORIGIN + "/v1/exchange/work?part=essay"
    assert verified.digest == hashlib.sha256(BODY).hexdigest()
    assert verified.created == NOW
    assert b"".join([piece async for piece in verified.body(pieces(BODY), limit=100)]) == BODY


@pytest.mark.parametrize("name", ["essay%20one", "a%2Fb", "%C3%A9"])
async def test_the_path_is_signed_as_it_is_spelled(world: World, name: str) -> None:
    request = await world.signed(url=f"{ORIGIN}/v1/{name}")
    scope = {
        "method": "POST",
        "raw_path": f"/v1/{name}".encode(),
        "query_string": b"",
        "headers": [
            (key.lower().encode(), value.encode()) for key, value in request.headers.items()
        ],
    }
    await world.verifier.verify(RequestView.from_asgi(scope, origin=ORIGIN))
    scope["raw_path"] = b"/v1/other"
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(RequestView.from_asgi(scope, origin=ORIGIN))


async def test_the_query_arrives_as_it_was_signed(world: World) -> None:
    request = await world.signed(url=ORIGIN + "/v1?a=1&b=%20")
    scope = {
        "method": "POST",
        "raw_path": b"/v1",
        "query_string": b"a=1&b=%20",
        "headers": [(key.encode(), value.encode()) for key, value in request.headers.items()],
    }
    verified = await world.verifier.verify(RequestView.from_asgi(scope, origin=ORIGIN))
    assert verified.target == ORIGIN + "/v1?a=1&b=%20"


async def test_a_replay_is_refused(world: World) -> None:
    request = await world.signed()
    await world.verifier.verify(request)
    with pytest.raises(RequestReplayed):
        await world.verifier.verify(request)
    await world.verifier.verify(await world.signed())


async def test_a_replay_is_refused_as_long_as_the_request_would_be_taken(world: World) -> None:
    request = await world.signed()
    world.clock.now = NOW - timedelta(minutes=5)  # the receiver's clock is behind
    await world.verifier.verify(request)
    for seconds in range(-300, 900, 10):
        world.clock.now = NOW + timedelta(seconds=seconds)
        with pytest.raises((RequestReplayed, RequestTooOld)):
            await world.verifier.verify(request)


async def test_a_request_that_fails_does_not_use_its_nonce_up(world: World) -> None:
    request = await world.signed()
    stranger = RequestView(request.method, ORIGIN + "/v1/other", request.headers)
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(stranger)
    await world.verifier.verify(request)


async def test_a_request_for_another_gateway_is_refused(world: World) -> None:
    with pytest.raises(WrongAudience):
        await world.verifier.verify(await world.signed(url="https://localhost:7444/v1/x"))
    # Passed on to us, its Host set right: the URL is ours then, and the signature is not of it.
    request = await world.signed(url="https://localhost:7444/v1/x")
    passed_on = RequestView("POST", ORIGIN + "/v1/x", request.headers)
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(passed_on)
    request = await world.signed()
    request.headers["host"] = "localhost:7444"
    with pytest.raises(WrongAudience):
        await world.verifier.verify(request)
    for url in ("https://localhost:7443.evil/v1", "http://localhost:7443/v1"):
        with pytest.raises(WrongAudience):
            await world.verifier.verify(RequestView("POST", url, (await world.signed()).headers))


@pytest.mark.parametrize("seconds", [-300, 0, 299])
async def test_a_request_within_the_window_is_taken(world: World, seconds: int) -> None:
    request = await world.signed()
    world.clock.now = NOW + timedelta(seconds=seconds)
    await world.verifier.verify(request)


async def test_time_cannot_be_bent(world: World) -> None:
    request = await world.signed()
    world.clock.now = NOW + timedelta(seconds=300)
    with pytest.raises(RequestTooOld):
        await world.verifier.verify(request)
    world.clock.now = NOW - timedelta(seconds=301)
    with pytest.raises(RequestFromFuture):
        await world.verifier.verify(request)


CHANGES = {
    "content-type": "text/html",
    "content-length": "1",
    "content-digest": "sha-256=:" + base64.b64encode(bytes(32)).decode() + ":",
}


@pytest.mark.parametrize("name", sorted(CHANGES))
async def test_a_changed_field_is_refused(world: World, name: str) -> None:
    request = await world.signed()
    request.headers[name] = CHANGES[name]
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(request)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_another_method_is_refused(world: World, method: str) -> None:
    request = await world.signed()
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(RequestView(method, request.url, request.headers))


@pytest.mark.parametrize(
    "url", ["/v1/exchange/work?part=exam", "/v1/exchange/work", "/v1/exchange//work?part=essay"]
)
async def test_another_target_is_refused(world: World, url: str) -> None:
    request = await world.signed()
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(RequestView("POST", ORIGIN + url, request.headers))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("signature", SignatureMissing),
        ("signature-input", SignatureMissing),
        ("content-digest", DigestMissing),
        (CERTIFICATE_FIELD, CertificateMalformed),
        ("content-type", SignatureInvalid),
        ("content-length", SignatureInvalid),
    ],
)
async def test_a_removed_field_is_refused(
    world: World, name: str, error: type[ExchangeError]
) -> None:
    request = await world.signed()
    del request.headers[name]
    with pytest.raises(error):
        await world.verifier.verify(request)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("signature", SignatureMissing),
        ("signature-input", SignatureMissing),
        ("content-digest", DigestMissing),
        (CERTIFICATE_FIELD, CertificateMalformed),
        ("content-type", SignatureInvalid),
    ],
)
async def test_a_doubled_field_is_refused(
    world: World, name: str, error: type[ExchangeError]
) -> None:
    request = await world.signed()
    doubled = Fields([*request.headers.items(), (name, request.headers[name])])
    with pytest.raises(error):
        await world.verifier.verify(RequestView(request.method, request.url, doubled))


@pytest.mark.parametrize("name", ["idempotency-key", "content-encoding"])
async def test_a_field_added_on_the_way_is_refused(world: World, name: str) -> None:
    request = await world.signed()
    request.headers[name] = "added"
    with pytest.raises(ComponentNotCovered):
        await world.verifier.verify(request)
    await world.verifier.verify(await world.signed(extra=((name, "from the start"),)))


async def test_any_flipped_bit_of_the_signature_is_refused(world: World) -> None:
    request = await world.signed()
    label, _, encoded = request.headers["signature"].partition("=:")
    raw = base64.b64decode(encoded[:-1])
    assert len(raw) == 64  # r and s side by side (RFC 9421, section 3.3.4)
    for place in range(0, 64, 7):
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        request.headers["signature"] = f"{label}=:{base64.b64encode(flipped).decode()}:"
        with pytest.raises(SignatureInvalid):
            await world.verifier.verify(request)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["signature", "signature-input", "content-digest", CERTIFICATE_FIELD]),
    value=st.one_of(
        st.text(max_size=200),
        st.text(alphabet='gateway=:;()"@,0123456789', max_size=200),
        st.just("x" * 10_000),
    ),
)
async def test_any_text_in_a_field_is_refused_typed(name: str, value: str) -> None:
    request = await WORLD.signed()
    request.headers[name] = value
    with pytest.raises(RequestRefused):
        await WORLD.verifier.verify(request)


WORLD = World()


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 400), letter=st.sampled_from(list('"a1;=() \t')))
async def test_any_changed_letter_of_the_signed_metadata_is_refused(
    place: int, letter: str
) -> None:
    request = await WORLD.signed()
    text = request.headers["signature-input"]
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return
    request.headers["signature-input"] = changed
    with pytest.raises(RequestRefused):
        await WORLD.verifier.verify(request)
