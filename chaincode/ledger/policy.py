"""Key-level endorsement policies: every named member's peer must endorse.

Principals are peers, never members: any student's certificate is a member's (design, records).
"""

from fabric_protos.common.policies_pb2 import SignaturePolicy, SignaturePolicyEnvelope
from fabric_protos.msp.msp_principal_pb2 import MSPPrincipal, MSPRole


def all_peers_of(members: tuple[str, ...]) -> bytes:
    """The serialized SignaturePolicyEnvelope that asks for a peer of each of `members`."""
    names = sorted(set(members))
    identities = [
        MSPPrincipal(
            principal_classification=MSPPrincipal.ROLE,
            principal=MSPRole(msp_identifier=name, role=MSPRole.PEER).SerializeToString(
                deterministic=True
            ),
        )
        for name in names
    ]
    rule = SignaturePolicy(
        n_out_of=SignaturePolicy.NOutOf(
            n=len(names), rules=[SignaturePolicy(signed_by=place) for place in range(len(names))]
        )
    )
    envelope = SignaturePolicyEnvelope(version=0, rule=rule, identities=identities)
    return bytes(envelope.SerializeToString(deterministic=True))
