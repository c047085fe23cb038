"""Members, records and readiness over REST."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chaincode.domain.constitution import MemberKind
from gateway.services.health import Health
from tests.support.gateways import Alpha, gateway_of_alpha

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    members = {"alpha": MemberKind.UNIVERSITY, "mooc": MemberKind.PLATFORM}
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha"), members=members) as found:
        yield found


async def test_members(alpha: Alpha) -> None:
    answer = (await alpha.registrar.get("/v1/members")).json()
    assert [(item["msp_id"], item["kind"]) for item in answer["members"]] == [
        ("alphaMSP", "university"),
        ("moocMSP", "platform"),
    ]
    assert answer["members"][1]["gateway"] == "https://mooc.sandbox"


async def test_records(alpha: Alpha) -> None:
    constitution = (await alpha.registrar.get("/v1/records/constitution")).json()
    assert constitution["record"]["content"]["majority"] == 1
    member = (await alpha.registrar.get("/v1/records/member/alphaMSP")).json()
    assert member["key"] == "member/alphaMSP"
    missing = await alpha.registrar.get(f"/v1/records/course/alphaMSP~{'0' * 32}~1")
    assert missing.status_code == 404
    assert missing.json()["type"] == "urn:crosscredit:problem:record-not-found"


@pytest.mark.parametrize("kind", ["certification", "vote"])
async def test_a_members_word_about_a_record_has_an_address(alpha: Alpha, kind: str) -> None:
    missing = await alpha.registrar.get(f"/v1/records/{kind}/moocMSP~{'0' * 32}~1~alphaMSP")
    assert missing.status_code == 404
    assert missing.json()["type"] == "urn:crosscredit:problem:record-not-found"


@pytest.mark.parametrize("place", ["course/alphaMSP", "constitution/alphaMSP", "work/alphaMSP"])
async def test_what_can_be_no_record_is_not_found(alpha: Alpha, place: str) -> None:
    missing = await alpha.registrar.get(f"/v1/records/{place}")
    assert (missing.status_code, missing.json()["field"]) == (404, "/record")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_action_takes_its_own_method_alone(alpha: Alpha, method: str) -> None:
    path = f"/v1/courses/alphaMSP~{'0' * 32}~1:check"
    answer = await alpha.http.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert (await alpha.registrar.get(path.removesuffix(":check"))).status_code == 404


@pytest.mark.parametrize("path", ["/v1/members", "/v1/records/constitution", "/v1/applications"])
async def test_only_for_people_of_the_member(alpha: Alpha, path: str) -> None:
    assert (await alpha.http.get(path)).status_code == 401


async def test_ready_when_peer_and_constitution_are(alpha: Alpha) -> None:
    answer = await alpha.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ready": True,
            "ledger": "sandbox",
            "database": "ok",
            "peer": "ok",
            "constitution": "ok",
        },
    )


async def test_not_ready_without_the_peer(alpha: Alpha) -> None:
    peer = alpha.world.consortium.peers["alphaMSP"]
    peer.available = False
    try:
        answer = await alpha.http.get("/readyz")
        assert (answer.status_code, answer.json()["peer"]) == (503, "ledger-unavailable")
        assert (await alpha.http.get("/healthz")).status_code == 200
        refused = await alpha.registrar.get("/v1/members")
        assert refused.status_code == 503
    finally:
        peer.available = True


async def test_not_ready_on_a_full_disk(alpha: Alpha, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shutil.disk_usage("/")
    for free, status, said in ((16 << 20, 200, "ok"), (1 << 20, 503, "no room on the disk")):
        left = whole._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, left=left: left)
        answer = await alpha.http.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (status, said)
        assert answer.json()["ready"] is (status == 200)
        assert (await alpha.http.get("/healthz")).status_code == 200


async def test_not_ready_under_another_constitution(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = alpha.world.gateways["alpha"].app.state.services[Health]
    monkeypatch.setattr(health, "_digest", "0" * 64)
    answer = await alpha.http.get("/readyz")
    assert (answer.status_code, answer.json()["constitution"]) == (503, "another than configured")


async def test_the_openapi_document_is_served(alpha: Alpha) -> None:
    document = (await alpha.http.get("/v1/openapi.json")).json()
    assert "/v1/applications/{application}:approve" in document["paths"]
