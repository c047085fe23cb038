"""All attempts of the demonstration against a running consortium."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import httpx
from cryptography import x509

from demo.attacks import against_recognition, between_gateways, on_the_ledger, over_rest
from demo.attacks.attempt import Attempt
from demo.attacks.between_gateways import Wire
from demo.attacks.dishonest_member import DishonestMember
from demo.story import course, learning
from demo.story.whole import Played
from demo.world import World
from fabric_client.connection import ClientTls, Connection
from fabric_client.identity import PrivateKeySigner, SigningIdentity
from gateway.exchange.peer import PeerGateway
from gateway.exchange.signing import RequestSigner
from network.layout import MemberLayout, MspFolder
from network.up import Running

_CHANNEL, _CHAINCODE = "credits", "credit"


async def attempts(running: Running, world: World, played: Played) -> AsyncIterator[Attempt]:
    """Try everything; each attempt is yielded once it was refused as it must be.

    Those of people, of a university and of a gateway are tried at the same time: none depends on
    another's.

    Raises:
        AttackSucceeded: something was not refused, or for another reason.
    """
    members = {member.member.name: member for member in running.layout.members}
    world.phase = "attacks"
    lanes = [
        asyncio.create_task(_all(lane))
        for lane in (
            people(world, played),
            _on_the_ledger(members["beta"], world, played),
            _of_gateways(members, played),
        )
    ]
    try:
        for lane in lanes:
            for attempt in await lane:
                yield attempt
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


async def _all(lane: AsyncIterator[Attempt]) -> list[Attempt]:
    return [attempt async for attempt in lane]


async def people(world: World, played: Played) -> AsyncIterator[Attempt]:
    """What people try at their own gateways; this can be tried on the sandbox too.

    Raises:
        AttackSucceeded: something was not refused, or for another reason.
    """
    yield (await over_rest.student_grades_herself(played)).require("not-permitted")
    yield (await over_rest.teacher_grades_a_stranger(world, played)).require("not-party")
    request = await over_rest.ask_without_consent(played)
    yield (await over_rest.verifier_without_consent(played, request)).require("consent-missing")
    yield (await against_recognition.home_answers_for_the_student(played)).require("wrong-state")
    yield (await against_recognition.late_vote(played)).require("ballot-closed")
    yield (await against_recognition.other_university_redeems(played)).require("not-party")


async def _of_gateways(
    members: Mapping[str, MemberLayout], played: Played
) -> AsyncIterator[Attempt]:
    wire = wire_between(members["alpha"], members["beta"])
    yield (await between_gateways.altered_work(wire, between_gateways.new_body())).require(
        "digest-differs"
    )
    async with connection_to(members["gamma"]) as connection:
        gamma = dishonest(members["gamma"], connection)
        enrolment = _key("enrolment", played.credit)
        yield (await on_the_ledger.redeemed_without_permission(gamma, enrolment)).require(
            "not-party"
        )
    yield (await between_gateways.replayed_message(wire, between_gateways.new_body())).require(
        "request-replayed"
    )
    request = await over_rest.ask_without_consent(played)
    pulling = wire_between(members["gamma"], members["alpha"])
    yield (await between_gateways.pull_without_consent(pulling, request)).require("consent-missing")


async def _on_the_ledger(
    beta: MemberLayout, world: World, played: Played
) -> AsyncIterator[Attempt]:
    policy = "ENDORSEMENT_POLICY_FAILURE"
    graded = _key("grade", played.credit)
    another = await course.offer_again(played.cast, played.course)
    empty = await learning.enrol(world, played.cast, another)
    ungraded = _key("grade", empty)
    async with connection_to(beta) as connection:
        member = dishonest(beta, connection)
        forged = b'{"kind":"grade","note":"made by hand"}'
        yield (await on_the_ledger.forged_first_grade(member, ungraded, forged)).require(policy)
        yield (await on_the_ledger.forged_correction(member, graded, forged)).require(policy)
        yield (await on_the_ledger.seized_slot(member, graded)).require(policy)
        decision, redemption = _key("decision", played.decision), _key("redemption", played.credit)
        yield (await on_the_ledger.forged_decision(member, decision, forged)).require(policy)
        yield (await on_the_ledger.forged_redemption(member, redemption, forged)).require(policy)
        yield (await on_the_ledger.proposal_of_an_hour_ago(member)).require("timestamp-refused")


def _key(kind: str, identifier: str) -> str:
    return f"{kind}/{identifier.replace('~', '/')}"


def wire_between(sender: MemberLayout, receiver: MemberLayout) -> Wire:
    """A gateway with its own key, and the way to another one over TLS."""
    context = ssl.create_default_context(cafile=str(receiver.tls_root))
    return Wire(
        signer=RequestSigner(
            msp_id=sender.member.msp_id,
            certificate=x509.load_pem_x509_certificate(sender.gateway_msp.certificate.read_bytes()),
            signer=PrivateKeySigner.from_pem(sender.gateway_msp.key.read_bytes()),
            clock=lambda: datetime.now(UTC),
        ),
        peer=PeerGateway(
            receiver.member.msp_id, receiver.gateway.url, receiver.tls_root.read_text("ascii")
        ),
        transports=lambda _: httpx.AsyncHTTPTransport(verify=context),
    )


def connection_to(member: MemberLayout) -> Connection:
    """A connection to a member's peer with the TLS certificate of its own gateway."""
    tls = member.gateway_client_tls
    return Connection(
        str(member.peer),
        member.tls_root.read_bytes(),
        client=ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes()),
    )


def dishonest(member: MemberLayout, connection: Connection) -> DishonestMember:
    """A member with all its keys."""
    return DishonestMember(
        connection=connection,
        client=_identity(member, member.gateway_msp),
        peers=(_identity(member, member.peer_msp),),
        channel=_CHANNEL,
        chaincode=_CHAINCODE,
        chaincode_version="1",
    )


def _identity(member: MemberLayout, folder: MspFolder) -> SigningIdentity:
    return SigningIdentity.from_pem(
        member.member.msp_id, folder.certificate.read_bytes(), folder.key.read_bytes()
    )
