from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from fabric_client import ecdsa
from fabric_client.blocks.chaincode_action import ChaincodeAction
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.errors import FabricClientError
from fabric_client.identity import Identity


class EnvelopeInconsistentError(FabricClientError):
    """Parts of a transaction contradict each other: id, proposal hash or header."""


@dataclass(frozen=True, slots=True)
class TransactionEnvelope:
    """An endorsed transaction as it is submitted and stands in a block.

    `payload` is what the creator signed (`common.Payload`), `response_payload` what the endorsers
    signed (`peer.ProposalResponsePayload`).

    A peer that commits reads neither time nor arguments: whoever endorses a transaction without
    the peers' code can make them anything, and it is valid. Where they cannot be read,
    `timestamp` and `arguments` are None. An endorsement whose endorser cannot be read counts for
    nothing and is left out.
    """

    transaction_id: str
    channel_id: str
    creator: Identity
    creator_bytes: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    timestamp: datetime | None
    chaincode_name: str
    arguments: tuple[bytes, ...] | None
    action: ChaincodeAction
    endorsements: tuple[Endorsement, ...]
    proposal_hash: bytes
    response_payload: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def endorsing_msp_ids(self) -> tuple[str, ...]:
        """The membership service providers of the endorsers, in the envelope's order."""
        return tuple(item.endorser.msp_id for item in self.endorsements)

    def verify(self) -> None:
        """Check that the parts belong together and every signature holds.

        Whether the certificates are in force on the channel, and whether the endorsers suffice, is
        not asked here.

        Raises:
            EnvelopeInconsistentError: the transaction id or the proposal's hash is another.
            SignatureRefusedError: the creator's or an endorser's signature does not hold.
        """
        self.verify_consistency()
        self.verify_endorsements()
        key = ecdsa.public_key(self.creator.certificate_pem, "creator")
        ecdsa.verify(key, self.signature, self.payload)

    def verify_consistency(self) -> None:
        """Check that transaction id and proposal hash follow from the envelope's own content.

        Raises:
            EnvelopeInconsistentError: one of them does not.
        """
        if self.transaction_id != sha256(self.nonce + self.creator_bytes).hexdigest():
            raise EnvelopeInconsistentError("the transaction id is not that of nonce and creator")
        if self.action.proposal_hash != self.proposal_hash:
            raise EnvelopeInconsistentError("the endorsers signed the answer to another proposal")
        if self.action.chaincode_name != self.chaincode_name:
            raise EnvelopeInconsistentError("the endorsers ran another chaincode")

    def verify_endorsements(self) -> None:
        """Check every endorsement against the certificate beside it.

        Raises:
            SignatureRefusedError: one does not hold.
        """
        for endorsement in self.endorsements:
            endorsement.verify(self.response_payload)
