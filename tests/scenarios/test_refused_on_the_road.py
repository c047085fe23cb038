"""Somebody between the gateways, or a gateway that asks for what is not its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from demo.story import credit, learning, registration, verification
from demo.story.cast import Cast
from demo.story.course import ESSAY
from demo.world import World
from gateway.exchange.errors import PeerRefused
from gateway.sandbox import SandboxWorld
from gateway.services import visible
from gateway.services.enrolments import KEY_MESSAGE
from gateway.services.intent import new_id
from gateway.services.sealed_messages import seal_message
from tests.support.road import Road, flipped
from tests.support.story import Told, sandbox_world, world_of

pytestmark = pytest.mark.thorough

PROBLEM = "urn:crosscredit:problem:"


@pytest.fixture(scope="module")
def road() -> Road:
    return Road()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(
    tmp_path_factory: pytest.TempPathFactory, road: Road
) -> AsyncIterator[SandboxWorld]:
    state = tmp_path_factory.mktemp("road")
    async with sandbox_world(state, transport_wrapper=road.between) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(sandbox: SandboxWorld) -> AsyncIterator[World]:
    async with world_of(sandbox, Told()) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(world: World) -> Cast:
    return await registration.play(world)


def code_of(response: httpx.Response) -> str:
    return str(response.json()["type"]).removeprefix(PROBLEM)


async def test_a_byte_altered_on_its_way_is_noticed_and_the_true_body_arrives(
    world: World, cast: Cast, admitted: str, road: Road
) -> None:
    road.alter_next = "/v1/exchange/bodies/"
    await learning.hand_in(cast, admitted, ESSAY)
    await learning.receive(cast.teacher, world, admitted, ESSAY)
    assert road.statuses[-1] == 400

    true = road.last("PUT", "/v1/exchange/bodies/")
    response = await road.send(true.recipient, true.again(body=flipped(true.body)))
    # The nonce was used by the true body: an altered copy is a replay before it is anything else.
    assert (response.status_code, code_of(response)) == (401, "request-replayed")


async def test_an_altered_message_is_refused_as_such(road: Road, sandbox: SandboxWorld) -> None:
    client = sandbox.gateways["alpha"].core.client
    peer = sandbox.gateways["alpha"].core.peers["betaMSP"]
    document = {"id": "0" * 32, "kind": "enrolment-key", "document": {}}
    road.alter_next = "/v1/exchange/messages"
    with pytest.raises(PeerRefused) as refused:
        await client.call(peer, "POST", "/v1/exchange/messages", document=document)
    assert refused.value.status == 400
    assert refused.value.problem["type"] == PROBLEM + "digest-differs"


async def test_a_replayed_message_is_refused(
    world: World, cast: Cast, handed_in: str, road: Road
) -> None:
    kept = road.last("POST", "/v1/exchange/messages")
    response = await road.send(kept.recipient, kept.again())
    assert (response.status_code, code_of(response)) == (401, "request-replayed")
    listing = await cast.teacher.get("lists", f"/v1/enrolments/{handed_in}/work")
    assert len(listing["entries"]) == 1
    await learning.receive(cast.teacher, world, handed_in, ESSAY)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"signature": ""}, 401, "signature-invalid"),
        ({"signature-input": None}, 401, "signature-missing"),
        ({"content-digest": None}, 400, "digest-missing"),
        ({"crosscredit-certificate": None}, 401, "certificate-malformed"),
        ({"content-type": "text/plain"}, 401, "signature-invalid"),
    ],
)
async def test_an_altered_head_is_refused(
    handed_in: str, road: Road, change: dict[str, str | None], status: int, code: str
) -> None:
    del handed_in
    kept = road.last("POST", "/v1/exchange/messages")
    request = kept.again()
    for name, value in change.items():
        del request.headers[name]
        if value is not None:
            request.headers[name] = value or "gateway=:AAAA:"
    response = await road.send(kept.recipient, request)
    assert (response.status_code, code_of(response)) == (status, code)
    challenge = "Signature" if status == httpx.codes.UNAUTHORIZED else None
    assert response.headers.get("www-authenticate") == challenge


async def test_a_request_for_another_gateway_is_refused(
    handed_in: str, road: Road, sandbox: SandboxWorld
) -> None:
    del handed_in
    kept = road.last("POST", "/v1/exchange/messages")
    gamma = httpx.ASGITransport(sandbox.gateways["gamma"].app)
    response = await gamma.handle_async_request(kept.again())
    await response.aread()
    assert (response.status_code, code_of(response)) == (401, "wrong-audience")


async def test_the_door_is_closed_to_people(cast: Cast, handed_in: str) -> None:
    del handed_in
    digest = "0" * 64
    await cast.teacher.refused(
        "tries",
        "GET",
        f"/v1/exchange/bodies/{digest}?request=gammaMSP~{'0' * 32}",
        code="certificate-malformed",
    )


async def test_a_member_that_is_no_party_brings_nothing(
    cast: Cast, handed_in: str, road: Road, sandbox: SandboxWorld
) -> None:
    key = f"enrolment/{handed_in.replace('~', '/')}"
    core = sandbox.gateways["gamma"].core
    kept = next(
        k for k in reversed(road.kept) if b'"sealed-work"' in k.body and key.encode() in k.body
    )
    for body in (kept.body, kept.body.replace(b'"sealed-work"', b'"enrolment-key"')):
        document = sandbox_document(body)
        document["id"] = "1" * 32
        with pytest.raises(PeerRefused) as refused:
            await core.client.call(
                core.peers["betaMSP"], "POST", "/v1/exchange/messages", document=document
            )
        assert refused.value.problem["type"] in {
            PROBLEM + "not-party",
            PROBLEM + "invalid-argument",
        }
    listing = await cast.teacher.get("lists", f"/v1/enrolments/{handed_in}/work")
    assert len(listing["entries"]) == 1


async def test_gamma_gets_nothing_from_home_that_nobody_consented_to(
    world: World, cast: Cast, awarded: str, sandbox: SandboxWorld
) -> None:
    request = await verification.ask(cast, awarded)
    gamma, beta = sandbox.gateways["gamma"].core, sandbox.gateways["beta"].core
    alpha = gamma.peers["alphaMSP"]
    listing = await cast.student.get("lists", f"/v1/enrolments/{awarded}/work")
    body = listing["entries"][0]["body"]
    evidence = f"/v1/exchange/evidence/{request}"
    bodies = f"/v1/exchange/bodies/{body}?request={request}"
    for path in (evidence, bodies):
        with pytest.raises(PeerRefused) as refused:
            await gamma.client.call(alpha, "GET", path)
        assert refused.value.status == 403
        assert refused.value.problem["type"] == PROBLEM + "consent-missing"

    await verification.consent(cast, request)
    for path in (evidence, bodies):
        with pytest.raises(PeerRefused) as refused:
            await beta.client.call(alpha, "GET", path)
        assert refused.value.problem["type"] == PROBLEM + "not-party"
    with pytest.raises(PeerRefused) as refused:
        await gamma.client.call(alpha, "GET", f"/v1/exchange/bodies/{'0' * 64}?request={request}")
    assert refused.value.problem["type"] == PROBLEM + "not-party"

    bundle = await gamma.client.call(alpha, "GET", evidence)
    assert set(bundle) == {"request", "sealed"}
    async with gamma.client.fetch(alpha, bodies, limit=1 << 20) as download:
        assert b"".join([chunk async for chunk in download.chunks])
    await verification.look_at_evidence(world, cast, request)


async def test_work_altered_at_rest_is_not_shown(
    cast: Cast, handed_in: str, sandbox: SandboxWorld
) -> None:
    listing = await cast.teacher.get("lists", f"/v1/enrolments/{handed_in}/work")
    body = listing["entries"][0]["body"]
    path = f"/v1/enrolments/{handed_in}/work/1/content"
    place = _body(sandbox, "beta", body)
    true = place.read_bytes()
    place.write_bytes(flipped(true))
    await cast.teacher.refused("opens", "GET", path, code="body-altered")
    place.write_bytes(true[:-100])
    await cast.teacher.refused("opens", "GET", path, code="body-altered")
    place.unlink()
    await cast.teacher.refused("opens", "GET", path, code="work-not-here")
    place.write_bytes(true)
    await cast.teacher.get("opens", path)


async def test_home_awards_nothing_on_altered_work(
    cast: Cast, graded: str, sandbox: SandboxWorld
) -> None:
    await credit.apply(cast, graded)
    listing = await cast.student.get("lists", f"/v1/enrolments/{graded}/work")
    place = _body(sandbox, "alpha", listing["entries"][0]["body"])
    true = place.read_bytes()
    place.write_bytes(flipped(true))
    path = f"/v1/credits/{graded}"
    await cast.home_registrar.refused("checks", "POST", f"{path}:check", code="body-altered")
    place.write_bytes(true)
    report = await cast.home_registrar.post("checks", f"{path}:check")
    assert report["outcome"] == "valid"


async def test_nobody_reads_bodies_on_the_road_or_at_rest(
    world: World, handed_in: str, road: Road, sandbox: SandboxWorld
) -> None:
    del handed_in
    plain = world.work[ESSAY].content
    pieces = [plain[start : start + 64] for start in range(0, len(plain) - 64, 4096)]
    seen = b"".join(kept.body for kept in road.kept)
    for file in sandbox.state.rglob("*"):
        if file.is_file():
            seen += file.read_bytes()
    assert len(seen) > len(plain)
    assert not [piece for piece in pieces if piece in seen]


def sandbox_document(body: bytes) -> dict[str, object]:
    return httpx.Response(200, content=body).json()


def _body(sandbox: SandboxWorld, member: str, digest: str) -> Path:
    return sandbox.state / member / "work" / digest[:2] / digest


async def test_what_is_sent_to_a_gateway_that_is_down_arrives_later(
    world: World, cast: Cast, admitted: str, sandbox: SandboxWorld
) -> None:
    await sandbox.stop("beta")
    await learning.hand_in(cast, admitted, ESSAY)
    await sandbox.start("beta")
    client = world.gateways["beta"].client
    async with sandbox.client("beta") as restarted:
        # The old client speaks to the application that was stopped.
        client._transport = restarted._transport
        await learning.receive(cast.teacher, world, admitted, ESSAY)


async def test_nobody_is_admitted_before_the_enrolments_key_has_arrived(
    cast: Cast, offered: str, road: Road
) -> None:
    road.closed = True
    applied = await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    path = f"/v1/enrolments/{applied['result']['enrolment']}"
    body = {"admit": True, "expected_version": 1}
    await cast.teacher.refused(
        "admits", "POST", f"{path}:learn", body=body, code="enrolment-key-missing"
    )
    road.closed = False
    await cast.teacher.until("looks", path, lambda found: found["ready"], what="the key")
    await cast.teacher.write("admits", f"{path}:learn", body)


async def test_a_key_that_the_enrolment_does_not_commit_to_is_refused(
    cast: Cast, offered: str, road: Road, sandbox: SandboxWorld
) -> None:
    road.closed = True
    applied = await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    road.closed = False
    key = f"enrolment/{applied['result']['enrolment'].replace('~', '/')}"
    alpha, beta = sandbox.gateways["alpha"].core, sandbox.gateways["beta"].core
    intake = (await beta.keyring.intake_key()).public
    for purpose, code in (
        (KEY_MESSAGE, "enrolment-key-wrong"),
        ("another purpose", "evidence-refused"),
    ):
        sealed = seal_message(
            intake, purpose=purpose, place=key, document={"enrolment_key": "0" * 64}
        )
        with pytest.raises(PeerRefused) as refused:
            await alpha.client.call(
                alpha.peers["betaMSP"],
                "POST",
                "/v1/exchange/messages",
                document={
                    "id": new_id(),
                    "kind": KEY_MESSAGE,
                    "document": {"enrolment": key, "sealed": sealed},
                },
            )
        assert refused.value.problem["type"] == PROBLEM + code
    await cast.teacher.until(
        "looks",
        f"/v1/enrolments/{applied['result']['enrolment']}",
        lambda found: found["ready"],
        what="the true key",
    )


async def test_what_the_ledger_does_not_show_yet_is_asked_for_again(
    sandbox: SandboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "_VISIBLE_SECONDS", 0.0)
    alpha = sandbox.gateways["alpha"].core
    unknown = f"enrolment/betaMSP/{'0' * 32}"
    with pytest.raises(PeerRefused) as refused:
        await alpha.client.call(
            alpha.peers["betaMSP"],
            "POST",
            "/v1/exchange/messages",
            document={
                "id": new_id(),
                "kind": KEY_MESSAGE,
                "document": {"enrolment": unknown, "sealed": "AAAA"},
            },
        )
    assert refused.value.problem["type"] == PROBLEM + "not-yet-recorded"
