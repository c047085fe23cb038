"""An old home's messages, as it would send them and otherwise: for tests between gateways."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chaincode.domain.keys import member_key
from chaincode.domain.member import MemberProfile
from gateway.bootstrap.build import Gateway
from gateway.evidence.keys import SealingPublicKey
from gateway.evidence.opening import SealedDocument, make_wrap, open_wrap
from gateway.exchange.errors import PeerRefused
from gateway.model.learning import SealedWork, WorkWrap
from gateway.model.operations import OutboxMessage
from gateway.sandbox import SandboxWorld
from gateway.services.intent import new_id
from gateway.services.sealed_messages import open_message, seal_message
from gateway.services.transfers.message import CREDIT_MESSAGE, WORK_MESSAGE

PROBLEM = "urn:crosscredit:problem:"


@dataclass(frozen=True)
class Said:
    """How a gateway refused: the problem's code, and the faults that it named."""

    code: str | None
    faults: list[tuple[str, int | None, str]]


def key_of(credit: str) -> str:
    """The ledger key of an enrolment."""
    return "enrolment/" + credit.replace("~", "/")


async def send(
    sandbox: SandboxWorld, sender: str, kind: str, document: Mapping[str, Any], to: str = "gammaMSP"
) -> Said:
    """One message under a new id; nothing is refused where the code is None."""
    core = sandbox.gateways[sender].core
    try:
        await core.client.call(
            core.peers[to],
            "POST",
            "/v1/exchange/messages",
            document={"id": new_id(), "kind": kind, "document": dict(document)},
        )
    except PeerRefused as refused:
        return _said(refused)
    return Said(None, [])


async def values_asked(sandbox: SandboxWorld, asks: str, gives: str, credit: str) -> str | None:
    """The code of the refusal of a credit's values; None where they were given."""
    core = sandbox.gateways[asks].core
    try:
        await core.client.call(core.peers[f"{gives}MSP"], "GET", f"/v1/exchange/credits/{credit}")
    except PeerRefused as refused:
        return _said(refused).code
    return None


async def sent_by(gateway: Gateway, kind: str, credit: str) -> list[dict[str, Any]]:
    """What a gateway's outbox has of a credit, delivered or not."""
    async with gateway.core.database.reading() as session:
        rows = await session.find(OutboxMessage, order_by=("position",))
    return [
        row.document
        for row in rows
        if row.kind == kind and row.document["enrolment"] == key_of(credit)
    ]


async def replaced(gateway: Gateway, before: object, document: dict[str, Any]) -> None:
    """Put another document in the place of one that waits in a gateway's outbox."""
    async with gateway.core.database.writing() as session:
        for row in await session.find(OutboxMessage):
            if row.document == before:
                row.document = document


async def values_of(sandbox: SandboxWorld, credit: str) -> dict[str, Any]:
    """What alpha hands gamma over of a credit, opened."""
    [document] = await sent_by(sandbox.gateways["alpha"], CREDIT_MESSAGE, credit)
    return open_message(
        await sandbox.gateways["gamma"].core.keyring.intake_key(),
        purpose=CREDIT_MESSAGE,
        place=key_of(credit),
        sealed=str(document["sealed"]),
    )


async def sealed_values(
    sandbox: SandboxWorld, values: Mapping[str, Any], *, place: str | None = None
) -> dict[str, Any]:
    """The same, sealed to gamma."""
    core = sandbox.gateways["alpha"].core
    profile = await core.records.load(MemberProfile, member_key("gammaMSP"))
    enrolment = str(values["enrolment"])
    sealed = seal_message(
        SealingPublicKey.from_text(profile.intake_key),
        purpose=CREDIT_MESSAGE,
        place=place or enrolment,
        document=dict(values),
    )
    return {"enrolment": enrolment, "sealed": sealed}


async def works_of(sandbox: SandboxWorld, credit: str) -> list[dict[str, Any]]:
    """The pieces of work that alpha hands over to gamma."""
    return await sent_by(sandbox.gateways["alpha"], WORK_MESSAGE, credit)


async def with_other_opening(sandbox: SandboxWorld, work: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of work whose wrap opens, to something else than was committed."""
    intake = await sandbox.gateways["gamma"].core.keyring.intake_key()
    document = SealedDocument.model_validate(
        work["document"] | {"wraps": tuple(work["document"]["wraps"])}, strict=False
    )
    opening = open_wrap(document.wraps[0], body=document.body, private=intake)
    other = opening.model_copy(update={"salt": "0" * 64})
    wrap = make_wrap(other, body=document.body, recipient=intake.public)
    return {**work, "document": work["document"] | {"wraps": [wrap.model_dump(mode="json")]}}


async def withheld(gateway: Gateway, credit: str, part: str) -> list[object]:
    """Hide a part's work from a gateway; what was hidden."""
    async with gateway.core.database.writing() as session:
        works = await session.find(SealedWork, enrolment=key_of(credit), part=part)
        wraps = [
            wrap
            for work in works
            for wrap in await session.find(WorkWrap, commitment=work.commitment)
        ]
        for row in (*wraps, *works):
            await session.delete(row)
    return [_again(row) for row in (*works, *wraps)]


async def given_back(gateway: Gateway, rows: list[object]) -> None:
    """Bring back what was hidden."""
    async with gateway.core.database.writing() as session:
        session.add(*rows)


def _again(row: SealedWork | WorkWrap) -> object:
    if isinstance(row, WorkWrap):
        return WorkWrap(row.commitment, row.recipient, row.sealed)
    return SealedWork(row.commitment, row.enrolment, row.part, row.body, row.size, row.received_at)


def _said(refused: PeerRefused) -> Said:
    facts: Any = refused.problem.get("facts", {})
    faults = [(one["piece"], one["number"], one["fault"]) for one in facts.get("faults", [])]
    return Said(str(refused.problem["type"]).removeprefix(PROBLEM), faults)
