"""The life of a credit on the sandbox: alpha is home, beta teaches, gamma verifies.

Each step of the life is a document builder and a default caller, so that a test can advance to
any step, try it with one thing wrong, and then do it right.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chaincode.contracts.router import Router
from chaincode.domain.constitution import (
    Alliance,
    ConstitutionContent,
    Member,
    MemberKind,
    Parameters,
)
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.record import Record
from chaincode.ledger.memory.authority import Authority, SigningIdentity
from chaincode.ledger.memory.block import CommittedTransaction
from chaincode.ledger.memory.errors import EndorseFailed, EvaluateFailed, StageFailed
from chaincode.ledger.memory.proposal import Proposal, propose
from chaincode.ledger.memory.traitor import Forgery, forge
from tests.support.certificates import make_authorities
from tests.support.life import BUILDERS, CALLERS, FUNCTIONS, LIFE, Document
from tests.support.records import SEALING_KEY, text_of
from tests.support.sandbox import CHANNEL, Sandbox, make_sandbox

CHAINCODE = "credit"
HOME, TEACHING, VERIFYING, MINISTRY = "alphaMSP", "betaMSP", "gammaMSP", "ministryMSP"
PARTIES = (HOME, TEACHING)
AnyRecord = TypeVar("AnyRecord", bound=Record)
CONSTITUTION = ConstitutionContent(
    members=(
        Member(msp_id=HOME, kind=MemberKind.UNIVERSITY),
        Member(msp_id=TEACHING, kind=MemberKind.UNIVERSITY),
        Member(msp_id=VERIFYING, kind=MemberKind.UNIVERSITY),
        Member(msp_id=MINISTRY, kind=MemberKind.AUTHORITY),
    ),
    majority=3,
    parameters=Parameters(),
    alliances=(Alliance(id="north", members=(HOME, TEACHING, VERIFYING), threshold=2),),
)


class Refused(Exception):
    """A contract's refusal, as its document came back."""

    def __init__(self, document: Document) -> None:
        super().__init__(json.dumps(document))
        self.code: str = document["code"]
        self.detail: str = document["detail"]
        self.field: str | None = document.get("field")
        self.facts: Document = document.get("facts", {})


class NoContractAnswer(Exception):
    """A stage failed for another reason than a contract's refusal: a crash, a mismatch, no plan."""


class Invalid(Exception):
    """The transaction stands in a block and is invalid; `code` is Fabric's, by name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Person:
    """Somebody with a certificate."""

    identity: SigningIdentity
    identifier: str

    @property
    def msp_id(self) -> str:
        return self.identity.msp_id

    @property
    def account(self) -> str:
        return record_key(Kind.ACCOUNT, self.msp_id, self.identifier)

    @property
    def key_digest(self) -> str:
        public = self.identity.key.public_key()
        encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(encoded).hexdigest()


class World:
    """The consortium, its people, and how far the life has come."""

    def __init__(self, authorities: Mapping[str, Authority] | None = None) -> None:
        self.sandbox: Sandbox = make_sandbox(
            handler_of=lambda msp_id: Router(CONSTITUTION.digest(), member=msp_id),
            name=CHAINCODE,
            authorities=authorities or make_authorities(),
        )
        self.people: dict[str, Person] = {}
        self._random = random.Random(7)  # noqa: S311 - repeatable identifiers
        self.course = record_key(Kind.COURSE, TEACHING, "c" * 32, 1)
        self.enrolment = record_key(Kind.ENROLMENT, TEACHING, "e" * 32)
        self.request = record_key(Kind.REQUEST, VERIFYING, "f" * 32)

    def identifier(self) -> str:
        return self._random.randbytes(16).hex()

    def certify(
        self, msp_id: str, role: str | None, *, unit: Any = "client", name: str | None = None
    ) -> Person:
        """Give somebody a key and a certificate; nothing is on the ledger yet."""
        identifier = name or self.identifier()
        attributes = {"crosscredit.role": role} if role is not None else None
        authority = self.sandbox.authorities[msp_id]
        identity = authority.enrol(common_name=identifier, unit=unit, attributes=attributes)
        return Person(identity, identifier)

    async def evaluate(
        self, by: Person, function: str, arguments: Document, **options: Any
    ) -> Document:
        """Ask one member's peer, by default the caller's own."""
        at = options.pop("at", by.msp_id)
        proposal = self.propose(by, function, arguments, **options)
        signed = proposal.signed(by.identity.sign(proposal.message))
        try:
            answer = await self.sandbox.consortium.evaluate(signed, at=at)
        except EvaluateFailed as error:
            raise refusal_of(error) from error
        found: Document = json.loads(answer)
        return found

    async def submit(
        self,
        by: Person,
        function: str,
        arguments: Document,
        *,
        endorsers: Sequence[str] | None = None,
        at: str | None = None,
        **options: Any,
    ) -> Document:
        """Write; an invalid transaction is an error."""
        proposal = self.propose(by, function, arguments, **options)
        signed = proposal.signed(by.identity.sign(proposal.message))
        consortium = self.sandbox.consortium
        at = at or by.msp_id
        try:
            prepared = await consortium.endorse(signed, at=at, endorsers=endorsers)
        except EndorseFailed as error:
            raise refusal_of(error) from error
        await consortium.submit(prepared.signed(by.identity.sign(prepared.payload)))
        status = await consortium.commit_status(prepared.transaction_id, at=at)
        if not status.is_valid:
            raise Invalid(status.code_name)
        answer: Document = json.loads(prepared.result)
        return answer

    def propose(
        self,
        by: Person,
        function: str,
        arguments: Document | bytes,
        *,
        private: Document | None = None,
        transient: Mapping[str, bytes] | None = None,
    ) -> Proposal:
        """Make a proposal; `transient` stands in the place of a private document."""
        if transient is None:
            transient = {} if private is None else {"private": json.dumps(private).encode()}
        document = arguments if isinstance(arguments, bytes) else json.dumps(arguments).encode()
        return propose(
            channel_id=CHANNEL,
            chaincode=CHAINCODE,
            creator=by.identity.serialized,
            arguments=[function.encode(), document],
            timestamp=self.sandbox.clock(),
            nonce=self.sandbox.randomness.randbytes(24),
            transient=transient,
        )

    async def found(self) -> None:
        """InitLedger, and a person in every place of the life."""
        for msp_id in self.sandbox.authorities:
            name = msp_id.removesuffix("MSP")
            self.people[f"operator@{name}"] = self.certify(msp_id, None, unit="admin")
            self.people[f"gateway@{name}"] = self.certify(msp_id, "gateway")
        content = json.loads(CONSTITUTION.model_dump_json())
        await self.submit(
            self.people["operator@alpha"],
            "InitLedger",
            {"operation": self.identifier(), "content": content},
        )
        for name, role in (
            ("registrar@alpha", "registrar"),
            ("registrar@beta", "registrar"),
            ("registrar@gamma", "registrar"),
            ("registrar@ministry", "registrar"),
            ("supervisor@ministry", "supervisor"),
            ("teacher", "teacher"),
            ("teacher2", "teacher"),
            ("teacher@gamma", "teacher"),
        ):
            await self.join(name, role)
        for name in ("student", "student2"):
            self.people[name] = await self.pseudonym(HOME)

    async def join(self, name: str, role: str, *, activate: bool = True) -> Person:
        """Register somebody by whom it behoves, and activate the account by its own key."""
        place = name.partition("@")[2] or ("alpha" if role == "student" else "beta")
        person = self.certify(f"{place}MSP", role)
        by = "registrar" if role in {"teacher", "student"} else "operator"
        await self.submit(
            self.people[f"{by}@{place}"], "RegisterAccount", self.registration(person, role)
        )
        if activate:
            await self.submit(person, "ActivateAccount", self.activation())
        self.people[name] = person
        return person

    def registration(self, person: Person, role: str) -> Document:
        kinds = ["identity", "qualification"] if role == "teacher" else ["identity"]
        return {
            "operation": self.identifier(),
            "identifier": person.identifier,
            "role": role,
            "key_digest": person.key_digest,
            "sealing_key": SEALING_KEY,
            "attestations": kinds,
        }

    def activation(self) -> Document:
        return {"operation": self.identifier(), "expected_version": 1}

    async def pseudonym(self, msp_id: str) -> Person:
        """A student's pseudonym, registered by the member's gateway."""
        person = self.certify(msp_id, "student")
        document = self.registration(person, "student")
        del document["role"], document["attestations"]
        gateway = self.people[f"gateway@{msp_id.removesuffix('MSP')}"]
        await self.submit(gateway, "RegisterPseudonym", document)
        return person

    async def advance(self, *, before: str | None = None, after: str | None = None) -> None:
        """Live the life up to a step, or all of it."""
        for step in LIFE:
            if step == before:
                return
            await self.step(step)
            if step == after:
                return

    async def step(
        self,
        step: str,
        *,
        by: str | None = None,
        change: Document | None = None,
        private_change: Document | None = None,
        **options: Any,
    ) -> Document:
        """Do one step, right unless something is changed."""
        arguments, private = self.documents(step)
        if private is not None:
            private = private | (private_change or {})
            options.setdefault("endorsers", PARTIES)
            options.setdefault("private", private)
        return await self.submit(
            self.people[by or CALLERS[step]],
            FUNCTIONS.get(step, step),
            arguments | (change or {}),
            **options,
        )

    def documents(self, step: str) -> tuple[Document, Document | None]:
        """The step's arguments, and its private inputs where it has some."""
        arguments, private = BUILDERS[step](self)
        return {"operation": self.identifier()} | arguments, private

    def stored(self, key: str, *, at: str = HOME) -> Document:
        """A record as it stands in a member's state."""
        found = self.sandbox.consortium.peers[at].ledger.world.get(key)
        assert found is not None, f"nothing stands under {key}"
        document: Document = json.loads(found.value)
        return document

    def record(self, kind: type[AnyRecord], key: str) -> AnyRecord:
        """A record, decoded."""
        found = self.sandbox.consortium.peers[HOME].ledger.world.get(key)
        assert found is not None, f"nothing stands under {key}"
        return kind.decode(key, found.value)

    def version(self, key: str) -> int:
        return int(self.stored(key)["version"])

    def slot(self, kind: Kind) -> str:
        return sibling(self.enrolment, kind)

    def policy(self, key: str) -> bytes | None:
        """The key-level policy of a key."""
        found = self.sandbox.consortium.peers[HOME].ledger.world.get(key)
        assert found is not None, f"nothing stands under {key}"
        return found.policy

    async def overwrite(
        self, record: Record, *, by: Sequence[str], signer: Person | None = None, **more: Any
    ) -> None:
        """Write a record with the peers of `by` alone, past every contract."""
        await self.forge({record.key: record.encode()}, by=by, signer=signer, **more)

    async def forge(
        self,
        writes: Mapping[str, bytes],
        *,
        by: Sequence[str],
        policies: Mapping[str, bytes] | None = None,
        private: Mapping[str, Mapping[str, bytes]] | None = None,
        signer: Person | None = None,
    ) -> None:
        """Submit a read-write set made by hand; an invalid transaction is an error."""
        consortium = self.sandbox.consortium
        signer = signer or self.people[f"operator@{by[0].removesuffix('MSP')}"]
        proposal = self.propose(signer, "ReadRecord", {"key": "constitution"})
        world = consortium.peers[by[0]].ledger.world
        found = {key: world.get(key) for key in writes}
        forgery = Forgery(
            reads={key: one.version if one else None for key, one in found.items()},
            writes=writes,
            policies=policies or {},
            private=private or {},
        )
        prepared = forge(proposal, forgery, [consortium.peers[name] for name in by])
        await consortium.submit(prepared.signed(signer.identity.sign(prepared.payload)))
        status = await consortium.commit_status(prepared.transaction_id, at=by[0])
        if not status.is_valid:
            raise Invalid(status.code_name)

    @property
    def last(self) -> CommittedTransaction:
        """The last transaction, as alpha's peer found it."""
        return self.sandbox.consortium.committed(at=HOME)[-1].transactions[-1]

    def after(self, **by: float) -> str:
        """A time from now on, as documents write it."""
        return text_of(self.sandbox.clock() + timedelta(**by))


def refusal_of(error: StageFailed) -> Exception:
    """The contract's refusal in a failed stage, or that there was none."""
    documents = []
    for detail in error.details:
        _, found, text = detail.message.partition("chaincode response 500, ")
        if not found:
            return NoContractAnswer(str(error))
        documents.append(json.loads(text))
    if not documents or any(document != documents[0] for document in documents):
        return NoContractAnswer(str(error))
    return Refused(documents[0])
