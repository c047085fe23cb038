"""Work is shown on the holder's consent alone: every door of home's gateway asks the ledger."""

from typing import Any

import pytest
import pytest_asyncio

from chaincode.domain.commands.verification import RecordVerdict, ReviewVerification
from chaincode.domain.values import Outcome
from demo.attacks import between_gateways, over_rest
from demo.attacks.catalogue import wire_between
from demo.story import verification
from demo.world import Person
from fabric_client import SigningIdentity
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import PeerRefused
from gateway.services.intent import new_id
from tests.support.on_fabric.calls import said_by_peers
from tests.support.on_fabric.chain import settled
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.vault import vault_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

GIVEN = ""
PROBLEM = "urn:crosscredit:problem:"


async def pulled(stage: OnFabric, path: str, *, by: str = "gamma") -> str:
    """What home's gateway answers another one's own key: a problem's code, or nothing."""
    wire = wire_between(stage.members[by], stage.members["alpha"])
    async with GatewayClient(wire.signer, transport=wire.transports) as client:
        try:
            async with client.fetch(wire.peer, path, limit=1 << 24) as download:
                assert [chunk async for chunk in download.chunks]
        except PeerRefused as error:
            return str(error.problem["type"]).removeprefix(PROBLEM)
    return GIVEN


def doors(stage: OnFabric, request: str, body: str, *, by: str = "gamma") -> list[Any]:
    """Everything by which another member's gateway could get something for a request."""
    return [
        pulled(stage, f"/v1/exchange/evidence/{request}", by=by),
        pulled(stage, f"/v1/exchange/bodies/{body}?request={request}", by=by),
    ]


async def body_of(stage: OnFabric) -> str:
    """The address of a sealed body of the story's work."""
    listing = await stage.played.cast.student.get(
        "lists", f"/v1/enrolments/{stage.played.credit}/work"
    )
    body: str = listing["entries"][0]["body"]
    return body


async def seen_by(person: Person, request: str) -> str:
    """What a person at gamma gets to see: a problem's code, or nothing."""
    response = await person.gateway.client.get(
        f"/v1/verifications/{request}/evidence", headers=person.authorization
    )
    if response.status_code == 200:
        return GIVEN
    return str(response.json()["type"]).removeprefix(PROBLEM)


async def identity(stage: OnFabric, name: str, person: Person) -> SigningIdentity:
    async with vault_of(stage.members[name]) as vault:
        return vault.identity((await vault.accounts_of(person.login))["home"])


@pytest_asyncio.fixture(loop_scope="session")
async def request_(on_fabric: OnFabric) -> str:
    """A request of gamma that the student has not answered."""
    return await over_rest.ask_without_consent(on_fabric.played)


async def test_nothing_is_shown_before_the_consent_and_after_its_end(
    on_fabric: OnFabric, request_: str
) -> None:
    cast, body = on_fabric.played.cast, await body_of(on_fabric)

    async def every_door() -> set[str]:
        people = [await seen_by(who, request_) for who in (cast.verifying_registrar, cast.reviewer)]
        return {*people, *[await door for door in doors(on_fabric, request_, body)]}

    attempt = await over_rest.verifier_without_consent(on_fabric.played, request_)
    assert attempt.code == "consent-missing"
    wire = wire_between(on_fabric.members["gamma"], on_fabric.members["alpha"])
    attempt = await between_gateways.pull_without_consent(wire, request_)
    assert attempt.code == "consent-missing"
    assert await every_door() == {"consent-missing"}

    await verification.consent(cast, request_)
    assert await every_door() == {GIVEN}

    seen = await verification.find(cast, request_)
    await cast.student.write(
        "withdraws",
        f"/v1/requests/{request_}:withdraw",
        {"expected_version": seen["consent"]["version"]},
    )
    assert await every_door() == {"consent-missing"}


async def test_a_refusal_shows_nothing(on_fabric: OnFabric, request_: str) -> None:
    await verification.consent(on_fabric.played.cast, request_, grant=False)
    for door in doors(on_fabric, request_, await body_of(on_fabric)):
        assert await door == "consent-missing"


async def test_a_consent_is_for_the_member_that_asked(on_fabric: OnFabric) -> None:
    request, body = on_fabric.played.request, await body_of(on_fabric)
    for by in ("beta", "ministry"):
        for door in doors(on_fabric, request, body, by=by):
            assert await door == "not-party"
    for door in doors(on_fabric, request, body):
        assert await door == GIVEN


async def test_a_consent_is_for_the_work_of_that_credit(on_fabric: OnFabric) -> None:
    other = await on_fabric.handed_in()
    listing = await on_fabric.played.cast.student.get("lists", f"/v1/enrolments/{other}/work")
    path = f"/v1/exchange/bodies/{{}}?request={on_fabric.played.request}"
    assert await pulled(on_fabric, path.format(listing["entries"][0]["body"])) == "not-party"
    assert await pulled(on_fabric, path.format(await body_of(on_fabric))) == GIVEN


async def test_the_contract_takes_no_review_without_consent(
    on_fabric: OnFabric, request_: str
) -> None:
    members, cast = on_fabric.members, on_fabric.played.cast
    reviewer = await identity(on_fabric, "gamma", cast.reviewer)
    registrar = await identity(on_fabric, "gamma", cast.verifying_registrar)
    key = f"request/{request_.replace('~', '/')}"
    review = ReviewVerification(
        operation=new_id(), request=key, outcome=Outcome.VALID, report_commitment="0" * 64
    )
    verdict = RecordVerdict(**(dict(review) | {"expected_version": 1}))

    async def said(who: SigningIdentity, command: Any) -> set[str]:
        return set((await said_by_peers(members, who, command)).values())

    await settled(members)
    assert await said(reviewer, review) == {"consent-missing"}
    assert await said(registrar, verdict) == {"consent-missing"}
    await verification.consent(cast, request_)
    await settled(members)
    assert await said(reviewer, review) == {"endorsed"}
    assert await said(registrar, verdict) == {"record-not-found"}
    stranger = await identity(on_fabric, "beta", cast.teacher)
    assert await said(stranger, review) == {"not-party"}
