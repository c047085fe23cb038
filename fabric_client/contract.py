from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from fabric_client.assembly.proposing import ProposalContent, new_nonce
from fabric_client.context import Context
from fabric_client.gateway_errors import OutcomeUnknownError
from fabric_client.proposal import Proposal
from fabric_client.status import Status
from fabric_client.submitted_transaction import SubmittedTransaction
from fabric_client.transaction import Transaction


class Contract:
    """A chaincode on a channel, or one of the contracts that it holds."""

    def __init__(
        self, context: Context, channel_id: str, chaincode_name: str, contract_name: str = ""
    ) -> None:
        self._context = context
        self._channel_id = channel_id
        self._contract_name = contract_name
        self.chaincode_name = chaincode_name

    def new_proposal(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        timestamp: datetime | None = None,
        nonce: bytes | None = None,
    ) -> Proposal:
        """Make a proposal; nothing is sent yet.

        Args:
            function: the transaction function's name.
            arguments: what stands in the block for good; text is encoded as UTF-8.
            transient: what reaches the chaincode alone.
            endorsing_organizations: the MSP ids that are to endorse (or, for a query, to answer),
                and no others; needed where private data must not reach third members.
            timestamp: the time that the proposal claims, with a time zone; now if left out.
            nonce: the random part of the transaction id; fresh if left out.
        """
        name = f"{self._contract_name}:{function}" if self._contract_name else function
        content = ProposalContent(
            creator=self._context.identity,
            channel_id=self._channel_id,
            chaincode_name=self.chaincode_name,
            arguments=tuple(
                item.encode() if isinstance(item, str) else item for item in (name, *arguments)
            ),
            timestamp=datetime.now(UTC) if timestamp is None else timestamp,
            nonce=new_nonce() if nonce is None else nonce,
            transient=dict(transient or {}),
        )
        return Proposal(
            self._context.service,
            content.serialize(),
            signer=self._context.signer,
            endorsing_organizations=endorsing_organizations,
        )

    async def evaluate(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
    ) -> bytes:
        """Run a function as a query and give its result.

        Raises:
            EvaluateError: it failed, also after what passes by itself was tried again.
        """
        proposal = self.new_proposal(
            function,
            *arguments,
            transient=transient,
            endorsing_organizations=endorsing_organizations,
        )
        return await self._context.retry.run(proposal.evaluate)

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
    ) -> SubmittedTransaction:
        """Run a function as a transaction and wait until it is valid on the ledger.

        Raises:
            EndorseError: it was not endorsed.
            SubmitError: it was not submitted.
            OutcomeUnknownError: it may be on the ledger; the error carries its id.
            CommitError: it is on the ledger and not valid.
        """
        proposal = self.new_proposal(
            function,
            *arguments,
            transient=transient,
            endorsing_organizations=endorsing_organizations,
        )
        transaction = await self._context.retry.run(proposal.endorse)
        status = await self.finish(transaction)
        status.require_success()
        return SubmittedTransaction(transaction, status)

    async def finish(self, transaction: Transaction) -> Status:
        """Submit a transaction and wait for its status.

        Where submitting ends in doubt, the status decides: orderers answer "request already
        processed" also for transactions that they do take.

        Raises:
            SubmitError: it was not submitted.
            OutcomeUnknownError: the status could not be had either.
        """
        try:
            commit = await self._context.retry.run(transaction.submit)
        except OutcomeUnknownError:
            commit = transaction.new_commit()
        return await self._context.retry.run(commit.status)
