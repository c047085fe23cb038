import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256

from gateway.exchange.errors import (
    CertificateMalformed,
    ComponentNotCovered,
    DigestMissing,
    ExchangeError,
    KeyIdMismatch,
    MemberUnknown,
    NonceStoreFull,
    RequestRefused,
    RequestUnsignable,
    SignatureInvalid,
    SignatureMissing,
)
from gateway.exchange.message import RequestView
from gateway.exchange.nonces import MemoryNonceStore
from gateway.exchange.protocol import ALWAYS_COVERED, CERTIFICATE_FIELD, TAG, key_id
from gateway.exchange.verifying import RequestVerifier
from tests.support.exchange import NOW, ORIGIN, Holder, World

WELL_FORMED = "sha-256=:" + base64.b64encode(bytes(32)).decode() + ":"


@pytest.fixture
def world() -> World:
    return World()


def sign_otherwise(
    holder: Holder,
    request: RequestView,
    *,
    components: tuple[str, ...] = (*ALWAYS_COVERED, "content-type", "content-length"),
    tag: str | None = TAG,
    msp_id: str = "alphaMSP",
    nonce: str | None = "n" * 22,
    expires: timedelta | None = timedelta(minutes=5),
    include_alg: bool = True,
    label: str = "gateway",
    append: bool = False,
    key_id_text: str | None = None,
) -> None:
    """Sign with the holder's own key, and not as our signer would."""
    name = key_id_text or key_id(msp_id, holder.certificate.fingerprint(hashes.SHA256()).hex())
    if not append:
        for field in ("signature", "signature-input"):
            del request.headers[field]
    HTTPMessageSigner(
        signature_algorithm=ECDSA_P256_SHA256,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={name: holder.key}),
    ).sign(
        request,
        key_id=name,
        created=NOW,
        expires=NOW + expires if expires else None,
        nonce=nonce,
        label=label,
        tag=tag,
        include_alg=include_alg,
        covered_component_ids=components,
        use_existing_digest=True,
        append_if_signature_exists=append,
    )


async def test_the_other_way_of_signing_is_good_when_nothing_is_left_out(world: World) -> None:
    request = await world.signed()
    sign_otherwise(world.gateway, request)
    await world.verifier.verify(request)


@pytest.mark.parametrize("left_out", [*ALWAYS_COVERED, "content-type", "content-length"])
async def test_every_component_must_be_covered(world: World, left_out: str) -> None:
    request = await world.signed()
    components = [*ALWAYS_COVERED, "content-type", "content-length"]
    components.remove(left_out)
    sign_otherwise(world.gateway, request, components=tuple(components))
    with pytest.raises(ComponentNotCovered, match=left_out):
        await world.verifier.verify(request)


async def test_covering_a_part_of_a_field_is_not_covering_it(world: World) -> None:
    request = await world.signed()
    part = '"content-digest";key="sha-256"'
    components = ("@method", "@target-uri", CERTIFICATE_FIELD, "content-type", "content-length")
    sign_otherwise(world.gateway, request, components=(*components, part))
    with pytest.raises(ComponentNotCovered):
        await world.verifier.verify(request)


async def test_every_parameter_must_be_there(world: World) -> None:
    request = await world.signed()
    for left_out in ({"nonce": None}, {"expires": None}, {"include_alg": False}):
        sign_otherwise(world.gateway, request, **left_out)  # type: ignore[arg-type]
        with pytest.raises(SignatureMissing):
            await world.verifier.verify(request)


async def test_parameters_have_bounds(world: World) -> None:
    request = await world.signed()
    for bad in ({"nonce": "short"}, {"nonce": "n" * 65}, {"expires": timedelta(minutes=6)}):
        sign_otherwise(world.gateway, request, **bad)  # type: ignore[arg-type]
        with pytest.raises(SignatureInvalid):
            await world.verifier.verify(request)


async def test_a_signature_for_another_purpose_is_none_of_ours(world: World) -> None:
    request = await world.signed()
    for tag in (None, "another-protocol"):
        sign_otherwise(world.gateway, request, tag=tag)
        with pytest.raises(SignatureMissing):
            await world.verifier.verify(request)


async def test_two_signatures_of_this_protocol_are_one_too_many(world: World) -> None:
    request = await world.signed()
    sign_otherwise(world.gateway, request, label="second", append=True)
    with pytest.raises(SignatureMissing):
        await world.verifier.verify(request)


async def test_a_proxys_own_signature_beside_ours_does_no_harm(world: World) -> None:
    request = await world.signed()
    sign_otherwise(world.gateway, request, label="proxy", tag="proxy", append=True)
    await world.verifier.verify(request)


async def test_the_signature_must_name_the_certificate_that_came(world: World) -> None:
    request = await world.signed()
    other = world.alpha.issue()
    for text in (
        "alphaMSP",
        "alphaMSP/" + "0" * 64,
        "alphaMSP/" + other.certificate.serial_number.to_bytes(32, "big").hex(),
        "/",
    ):
        sign_otherwise(world.gateway, request, key_id_text=text)
        with pytest.raises(KeyIdMismatch):
            await world.verifier.verify(request)


async def test_another_certificate_in_the_field_is_refused(world: World) -> None:
    request = await world.signed()
    other = world.alpha.issue().certificate.public_bytes(serialization.Encoding.DER)
    request.headers[CERTIFICATE_FIELD] = f":{base64.b64encode(other).decode()}:"
    with pytest.raises(SignatureInvalid):
        await world.verifier.verify(request)


@pytest.mark.parametrize("field", ["", ":", "::", ":AAAA:", "AAAA", ":ä:", ":" + "A" * 9000 + ":"])
async def test_what_is_no_certificate_is_refused(world: World, field: str) -> None:
    request = await world.signed()
    request.headers[CERTIFICATE_FIELD] = field
    with pytest.raises(CertificateMalformed):
        await world.verifier.verify(request)


async def test_a_key_on_another_curve_is_refused(world: World) -> None:
    holder = world.alpha.issue(curve=ec.SECP384R1())
    with pytest.raises((CertificateMalformed, RequestUnsignable)):
        await world.verifier.verify(await world.signed(holder))


@pytest.mark.parametrize(
    "field",
    [
        "sha-512=:" + base64.b64encode(bytes(64)).decode() + ":",
        "sha-256=:AAAA:",
        "sha-256=AAAA",
        f"{WELL_FORMED}, {WELL_FORMED}",
        f"{WELL_FORMED};a=1",
    ],
)
async def test_a_digest_of_another_form_is_refused(world: World, field: str) -> None:
    request = await world.signed()
    request.headers["content-digest"] = field
    with pytest.raises(DigestMissing):
        await world.verifier.verify(request)


async def test_an_unknown_member_is_refused(world: World) -> None:
    with pytest.raises(MemberUnknown):
        await world.verifier.verify(await world.signed(msp_id="deltaMSP"))


async def test_when_replays_cannot_be_told_nothing_is_taken(world: World) -> None:
    verifier = RequestVerifier(
        origin=ORIGIN,
        roots=world,
        nonces=MemoryNonceStore(world.clock, capacity=1),
        clock=world.clock,
    )
    await verifier.verify(await world.signed())
    with pytest.raises(NonceStoreFull):
        await verifier.verify(await world.signed())
    world.clock.now = NOW + timedelta(minutes=11)
    await verifier.verify(await world.signed())


async def test_a_url_that_cannot_be_signed_is_said(world: World) -> None:
    with pytest.raises(RequestUnsignable):
        await world.signed(url=ORIGIN + "/a b")


def test_every_error_has_its_own_code() -> None:
    def below(kind: type[ExchangeError]) -> list[type[ExchangeError]]:
        return [kind, *(found for sub in kind.__subclasses__() for found in below(sub))]

    codes = [kind.code for kind in below(ExchangeError) if kind is not RequestRefused]
    assert len(codes) == len(set(codes))


async def test_a_field_that_stands_there_twice_is_refused_even_if_signed(world: World) -> None:
    twice = (("idempotency-key", "one"), ("idempotency-key", "two"))
    with pytest.raises(ComponentNotCovered, match="more than once"):
        await world.verifier.verify(await world.signed(extra=twice))
