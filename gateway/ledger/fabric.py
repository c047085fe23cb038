"""The ledger port on Fabric, through this member's own peer."""

from collections.abc import Mapping

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.json_value import JsonValue
from fabric_client.connection import Connection
from fabric_client.errors import FabricClientError
from fabric_client.gateway import Gateway
from fabric_client.gateway_errors import EvaluateError, GatewayError, OutcomeUnknownError
from fabric_client.identity import Identity as FabricIdentity
from fabric_client.proposal import Proposal
from fabric_client.retry import NEVER
from fabric_client.timeouts import Timeouts
from gateway.ledger.invocation import answer_of, arguments_of, transient_of
from gateway.ledger.refusals import Said, explain
from gateway.model.ledger import Endorsed, Finality, Identity, Proposed, TransactionOutcome
from gateway.services.errors import LedgerInvalid, LedgerUnavailable, OutcomeUnknown, ServiceError
from gateway.services.ports import Signer


class FabricLedger:
    """One channel's chaincode, as this member's peer serves it. Each stage is tried once."""

    def __init__(
        self,
        connection: Connection,
        *,
        msp_id: str,
        channel: str,
        chaincode: str,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Take the connection to the own peer; it stays its owner's to close."""
        self._connection = connection
        self._msp_id = msp_id
        self._channel = channel
        self._chaincode = chaincode
        self._timeouts = timeouts or Timeouts()

    @property
    def is_ledger(self) -> bool:
        """True."""
        return True

    async def evaluate(
        self, identity: Identity, signer: Signer, query: Query, private: Arguments | None = None
    ) -> Mapping[str, JsonValue]:
        """Ask this member's own peer."""
        proposal = self._propose(identity, query, private, signer=signer, at=(self._msp_id,))
        try:
            return answer_of(await proposal.evaluate())
        except EvaluateError as error:
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
        message = gateway_pb2.ProposedTransaction(
            transaction_id=proposed.transaction_id,
            proposal=proposal_pb2.SignedProposal(proposal_bytes=proposed.proposal),
            endorsing_organizations=endorsers or (),
        )
        proposal = self._gateway(_NOBODY).new_signed_proposal(
            message.SerializeToString(), signature
        )
        try:
            transaction = await proposal.endorse()
        except GatewayError as error:
            raise self._explain(error) from error
        except FabricClientError as error:
            raise LedgerInvalid("the peer's answer does not hold; nothing was signed") from error
        return Endorsed(
            transaction.transaction_id,
            transaction.message,
            transaction.result,
            tuple(endorser.msp_id for endorser in transaction.endorsers),
        )

    async def submit(self, endorsed: Endorsed, signature: bytes) -> None:
        """Hand to the orderers."""
        message = gateway_pb2.PreparedTransaction(
            transaction_id=endorsed.transaction_id,
            envelope=common_pb2.Envelope(payload=endorsed.envelope),
        )
        transaction = self._gateway(_NOBODY).new_signed_transaction(
            message.SerializeToString(), signature
        )
        try:
            await transaction.submit()
        except OutcomeUnknownError as error:
            raise OutcomeUnknown("the orderers' answer was lost") from error
        except GatewayError as error:
            raise LedgerUnavailable("the orderers did not take the transaction") from error

    async def outcome(
        self, identity: Identity, signer: Signer, transaction_id: str, *, wait_seconds: float
    ) -> TransactionOutcome:
        """Wait for the transaction's finality at most so long."""
        commit = (
            self._gateway(identity, signer).get_network(self._channel).new_commit(transaction_id)
        )
        try:
            status = await commit.status(within=wait_seconds)
        except GatewayError:
            return TransactionOutcome(transaction_id, Finality.UNKNOWN, "", None)
        finality = Finality.VALID if status.successful else Finality.INVALID
        return TransactionOutcome(transaction_id, finality, status.code.name, status.block_number)

    def _gateway(self, identity: Identity, signer: Signer | None = None) -> Gateway:
        named = FabricIdentity(identity.msp_id, identity.certificate)
        return Gateway(self._connection, named, signer, timeouts=self._timeouts, retry=NEVER)

    def _propose(
        self,
        identity: Identity,
        command: Arguments,
        private: Arguments | None,
        *,
        signer: Signer | None = None,
        at: tuple[str, ...] = (),
    ) -> Proposal:
        function, document = arguments_of(command)
        contract = (
            self._gateway(identity, signer).get_network(self._channel).get_contract(self._chaincode)
        )
        return contract.new_proposal(
            function.decode(),
            document,
            transient=transient_of(private),
            endorsing_organizations=at,
        )

    def _explain(self, error: GatewayError) -> ServiceError:
        said = [Said(item.msp_id, item.message) for item in error.details]
        if not said:  # Evaluate answers with the chaincode's words in the status itself
            said = [Said(self._msp_id, error.message)]
        return explain(error.status.name, error.message, said, own=self._msp_id)


_NOBODY = Identity("", b"")
"""Where everything is signed already, nobody speaks."""
