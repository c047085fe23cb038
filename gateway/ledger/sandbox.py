"""The ledger port on the in-memory consortium. It is no ledger."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Final

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.json_value import JsonValue
from chaincode.ledger.memory.authority import serialize_identity
from chaincode.ledger.memory.consortium import Consortium
from chaincode.ledger.memory.errors import (
    CommitStatusUnknown,
    EndorseFailed,
    EvaluateFailed,
    StageFailed,
    SubmitFailed,
    SubmitOutcomeUnknown,
)
from chaincode.ledger.memory.proposal import Proposal, propose
from chaincode.ledger.memory.settings import Clock
from gateway.ledger.invocation import answer_of, arguments_of, transient_of
from gateway.ledger.refusals import Said, explain
from gateway.model.ledger import Endorsed, Finality, Identity, Proposed, TransactionOutcome
from gateway.services.errors import LedgerUnavailable, OutcomeUnknown, ServiceError
from gateway.services.ports import Signer

_NONCE_BYTES: Final = 24


class SandboxLedger:
    """One member's way to the sandbox."""

    def __init__(self, consortium: Consortium, msp_id: str, *, clock: Clock) -> None:
        """Take the consortium that all members share."""
        self._consortium = consortium
        self._msp_id = msp_id
        self._clock = clock

    @property
    def is_ledger(self) -> bool:
        """False: nothing here is durable, replicated or protected."""
        return False

    async def evaluate(
        self, identity: Identity, signer: Signer, query: Query, private: Arguments | None = None
    ) -> Mapping[str, JsonValue]:
        """Ask this member's own peer."""
        proposal = self._propose(identity, query, private)
        signed = proposal.signed(await signer.sign(proposal.message))
        try:
            return answer_of(await self._consortium.evaluate(signed, at=self._msp_id))
        except EvaluateFailed as error:
            raise self._explain(error) from error

    async def prepare(
        self, identity: Identity, command: Command, private: Arguments | None = None
    ) -> Proposed:
        """Make the bytes that the caller signs."""
        proposal = self._propose(identity, command, private)
        return Proposed(proposal.transaction_id, proposal.message)

    async def endorse(
        self, proposed: Proposed, signature: bytes, endorsers: tuple[str, ...] | None
    ) -> Endorsed:
        """Collect endorsements."""
        proposal = Proposal(proposed.transaction_id, proposed.proposal)
        try:
            prepared = await self._consortium.endorse(
                proposal.signed(signature), at=self._msp_id, endorsers=endorsers
            )
        except EndorseFailed as error:
            raise self._explain(error) from error
        return Endorsed(
            prepared.transaction_id, prepared.payload, prepared.result, prepared.endorsed_by
        )

    async def submit(self, endorsed: Endorsed, signature: bytes) -> None:
        """Hand to the orderers."""
        envelope = common_pb2.Envelope(payload=endorsed.envelope, signature=signature)
        try:
            await self._consortium.submit(envelope)
        except SubmitOutcomeUnknown as error:
            raise OutcomeUnknown("the orderers did not answer") from error
        except SubmitFailed as error:
            raise LedgerUnavailable("the orderers did not take the transaction") from error

    async def outcome(
        self, identity: Identity, signer: Signer, transaction_id: str, *, wait_seconds: float
    ) -> TransactionOutcome:
        """Wait for the transaction's finality at most so long."""
        del identity, signer  # the sandbox tells everybody
        try:
            async with asyncio.timeout(wait_seconds):
                status = await self._consortium.commit_status(transaction_id, at=self._msp_id)
        except (CommitStatusUnknown, TimeoutError):
            return TransactionOutcome(transaction_id, Finality.UNKNOWN, "", None)
        code = str(transaction_pb2.TxValidationCode.Name(status.code))
        finality = Finality.VALID if status.is_valid else Finality.INVALID
        return TransactionOutcome(transaction_id, finality, code, status.block_number)

    def _propose(
        self, identity: Identity, command: Arguments, private: Arguments | None
    ) -> Proposal:
        return propose(
            channel_id=self._consortium.settings.channel_id,
            chaincode=self._consortium.chaincode.name,
            creator=serialize_identity(identity.msp_id, identity.certificate),
            arguments=arguments_of(command),
            timestamp=self._clock(),
            nonce=secrets.token_bytes(_NONCE_BYTES),
            transient=transient_of(private),
        )

    def _explain(self, error: StageFailed) -> ServiceError:
        said = [Said(item.msp_id, item.message) for item in error.details]
        return explain(error.code, error.message, said, own=self._msp_id)
