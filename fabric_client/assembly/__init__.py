"""Making proposals, endorsements and envelopes from their parts: pure functions, nothing is sent.

The client builds its proposals here. Whoever holds an endorser's key can also build what a peer
would have built, with a read-write set of their own: so a test shows what a policy refuses.
"""

from fabric_client.assembly.endorsing import endorse, response_payload
from fabric_client.assembly.enveloping import envelope_payload, prepared_transaction
from fabric_client.assembly.proposing import ProposalContent, new_nonce, transaction_id
from fabric_client.assembly.state_policy import (
    VALIDATION_PARAMETER,
    all_of,
    policy_principals,
    policy_write,
)

__all__ = [
    "VALIDATION_PARAMETER",
    "ProposalContent",
    "all_of",
    "endorse",
    "envelope_payload",
    "new_nonce",
    "policy_principals",
    "policy_write",
    "prepared_transaction",
    "response_payload",
    "transaction_id",
]
