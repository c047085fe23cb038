"""A sandbox of four members for tests, and a person who uses it."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.authority import Authority, SigningIdentity
from chaincode.ledger.memory.block import CommitStatus
from chaincode.ledger.memory.consortium import Consortium, Prepared
from chaincode.ledger.memory.definition import Chaincode, Collection, Handler, Member
from chaincode.ledger.memory.proposal import Proposal, propose
from chaincode.ledger.memory.settings import Settings
from tests.support.certificates import MSP_IDS, START, make_authorities, peer
from tests.support.probe_chaincode import probe

CHANNEL = "credits"
PROBE = "probe"


def values_of(msp_id: str) -> str:
    """The name of a member's own collection."""
    return f"values-{msp_id}"


def own_collection(msp_id: str) -> Collection:
    """A member's own collection, as the consortium defines them."""
    return Collection(
        values_of(msp_id),
        member_policy=policy.any_of([msp_id], "member"),
        endorsement_policy=policy.any_of([msp_id]),
    )


@dataclass
class Clock:
    """A time that tests move."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Sandbox:
    """The consortium with everything that a test may want of its making."""

    consortium: Consortium
    authorities: Mapping[str, Authority]
    clock: Clock
    randomness: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def user(self, msp_id: str = "alphaMSP", name: str = "user") -> "User":
        return User(self, self.authorities[msp_id].enrol(common_name=name))


@dataclass
class User:
    """A person with a certificate, who runs scripts of the probe."""

    sandbox: Sandbox
    identity: SigningIdentity

    def propose(
        self,
        script: Sequence[Any],
        transient: Mapping[str, str] | None = None,
        *,
        timestamp: datetime | None = None,
        channel_id: str = CHANNEL,
    ) -> Proposal:
        return propose(
            channel_id=channel_id,
            chaincode=self.sandbox.consortium.chaincode.name,
            creator=self.identity.serialized,
            arguments=[b"script", json.dumps(script).encode()],
            timestamp=timestamp or self.sandbox.clock(),
            nonce=self.sandbox.randomness.randbytes(24),
            transient={name: value.encode() for name, value in (transient or {}).items()},
        )

    async def evaluate(
        self, *script: Any, at: str | None = None, transient: Mapping[str, str] | None = None
    ) -> list[Any]:
        proposal = self.propose(script, transient)
        signed = proposal.signed(self.identity.sign(proposal.message))
        answer = await self.sandbox.consortium.evaluate(signed, at=at or self.identity.msp_id)
        results: list[Any] = json.loads(answer)
        return results

    async def endorse(
        self,
        *script: Any,
        endorsers: Sequence[str] | None = None,
        transient: Mapping[str, str] | None = None,
        at: str | None = None,
    ) -> Prepared:
        proposal = self.propose(script, transient)
        signed = proposal.signed(self.identity.sign(proposal.message))
        return await self.sandbox.consortium.endorse(
            signed, at=at or self.identity.msp_id, endorsers=endorsers
        )

    async def order(self, prepared: Prepared) -> str:
        envelope = prepared.signed(self.identity.sign(prepared.payload))
        await self.sandbox.consortium.submit(envelope)
        return prepared.transaction_id

    async def status(self, transaction_id: str) -> CommitStatus:
        return await self.sandbox.consortium.commit_status(transaction_id, at=self.identity.msp_id)

    async def submit(
        self,
        *script: Any,
        endorsers: Sequence[str] | None = None,
        transient: Mapping[str, str] | None = None,
    ) -> CommitStatus:
        prepared = await self.endorse(*script, endorsers=endorsers, transient=transient)
        return await self.status(await self.order(prepared))


def make_sandbox(
    *,
    handler_of: Callable[[str], Handler] = lambda _: probe,
    settings: Settings | None = None,
    name: str = PROBE,
    authorities: Mapping[str, Authority] | None = None,
) -> Sandbox:
    """Four members, a majority of three, one collection a member."""
    made = authorities or make_authorities()
    clock = Clock()
    members = [
        Member(msp_id, (authority.certificate,), peer(authority), handler_of(msp_id))
        for msp_id, authority in made.items()
    ]
    chaincode = Chaincode(
        name,
        policy.out_of(3, MSP_IDS),
        collections=tuple(own_collection(msp_id) for msp_id in MSP_IDS),
    )
    consortium = Consortium(members, chaincode, settings or Settings(CHANNEL), clock=clock)
    return Sandbox(consortium, made, clock)


def together(settings: Settings | None = None) -> Settings:
    """Settings under which only `cut_block` cuts: what is ordered before stands in one block."""
    return replace(settings or Settings(CHANNEL), cut_on_demand=False, block_size=10_000)
