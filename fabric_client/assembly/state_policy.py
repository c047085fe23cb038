"""Key-level endorsement policies: who must endorse the change of one key.

A policy is a `common.SignaturePolicyEnvelope` in the key's metadata, under `VALIDATION_PARAMETER`
(`core/chaincode/implicitcollection`, `peer.MetaDataKeys`).
"""

from collections.abc import Iterable

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2

from fabric_client.blocks.read_write_set import MetadataWrite
from fabric_client.wire import MalformedMessageError, parse, serialize

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"


def all_of(msp_ids: Iterable[str]) -> bytes:
    """Make the policy that a peer of each of these members must endorse."""
    ordered = sorted(set(msp_ids))
    principals = [
        msp_principal_pb2.MSPPrincipal(
            principal_classification=msp_principal_pb2.MSPPrincipal.ROLE,
            principal=serialize(
                msp_principal_pb2.MSPRole(
                    msp_identifier=msp_id, role=msp_principal_pb2.MSPRole.PEER
                )
            ),
        )
        for msp_id in ordered
    ]
    rules = [policies_pb2.SignaturePolicy(signed_by=index) for index in range(len(ordered))]
    return serialize(
        policies_pb2.SignaturePolicyEnvelope(
            rule=policies_pb2.SignaturePolicy(
                n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=len(rules), rules=rules)
            ),
            identities=principals,
        )
    )


def policy_principals(policy: bytes) -> tuple[int, tuple[str, ...]]:
    """Read a flat policy: how many of which members' peers must endorse.

    Raises:
        MalformedMessageError: it is none, nests, or names others than peers by role.
    """
    message = parse(policies_pb2.SignaturePolicyEnvelope, policy, "key-level policy")
    members: list[str] = []
    for item in message.identities:
        role = parse(msp_principal_pb2.MSPRole, item.principal, "principal")
        by_role = item.principal_classification == msp_principal_pb2.MSPPrincipal.ROLE
        if not by_role or role.role != msp_principal_pb2.MSPRole.PEER:
            raise MalformedMessageError("the key-level policy names others than peers")
        members.append(role.msp_identifier)
    rules = message.rule.n_out_of.rules
    if any(rule.WhichOneof("Type") != "signed_by" for rule in rules):
        raise MalformedMessageError("the key-level policy nests")
    if sorted(rule.signed_by for rule in rules) != list(range(len(members))):
        raise MalformedMessageError("the key-level policy does not name each member once")
    return message.rule.n_out_of.n, tuple(members)


def policy_write(key: str, policy: bytes) -> MetadataWrite:
    """Make the write that puts a key under a policy."""
    return MetadataWrite(key, ((VALIDATION_PARAMETER, policy),))
