"""Signature policies: building and evaluating Fabric's SignaturePolicyEnvelope.

Evaluation after Fabric's common/cauthdsl/cauthdsl.go: one identity counts for one principal only,
a gate keeps what its satisfied rules used, and rules are tried in order without going back.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2
from google.protobuf.message import DecodeError

from chaincode.ledger.memory.errors import SandboxError
from chaincode.ledger.memory.identity import Identity

_ROLES = {
    "member": msp_principal_pb2.MSPRole.MEMBER,
    "admin": msp_principal_pb2.MSPRole.ADMIN,
    "client": msp_principal_pb2.MSPRole.CLIENT,
    "peer": msp_principal_pb2.MSPRole.PEER,
    "orderer": msp_principal_pb2.MSPRole.ORDERER,
}


class MalformedPolicy(SandboxError):
    """The bytes are no SignaturePolicyEnvelope, or one that points outside its identities."""


def out_of(count: int, msp_ids: Iterable[str], role: str = "peer") -> bytes:
    """The policy that `count` of the members' identities in that role have signed, serialized."""
    members = list(msp_ids)
    envelope = policies_pb2.SignaturePolicyEnvelope(
        version=0,
        rule=policies_pb2.SignaturePolicy(
            n_out_of=policies_pb2.SignaturePolicy.NOutOf(
                n=count,
                rules=[
                    policies_pb2.SignaturePolicy(signed_by=index) for index in range(len(members))
                ],
            )
        ),
        identities=[
            msp_principal_pb2.MSPPrincipal(
                principal_classification=msp_principal_pb2.MSPPrincipal.ROLE,
                principal=msp_principal_pb2.MSPRole(
                    msp_identifier=msp_id, role=_ROLES[role]
                ).SerializeToString(),
            )
            for msp_id in members
        ],
    )
    return bytes(envelope.SerializeToString())


def all_of(msp_ids: Iterable[str], role: str = "peer") -> bytes:
    """The policy that every one of the members has signed, serialized."""
    members = list(msp_ids)
    return out_of(len(members), members, role)


def any_of(msp_ids: Iterable[str], role: str = "peer") -> bytes:
    """The policy that one of the members has signed, serialized."""
    return out_of(1, msp_ids, role)


def parse(policy: bytes) -> policies_pb2.SignaturePolicyEnvelope:
    """Read a policy.

    Raises:
        MalformedPolicy: not a SignaturePolicyEnvelope.
    """
    try:
        return policies_pb2.SignaturePolicyEnvelope.FromString(policy)
    except DecodeError as error:
        raise MalformedPolicy("the policy is no SignaturePolicyEnvelope") from error


def is_satisfied(policy: bytes, identities: Sequence[Identity]) -> bool:
    """Whether the identities, whose signatures were verified before, satisfy the policy.

    Raises:
        MalformedPolicy: not a SignaturePolicyEnvelope.
    """
    return _verdict(policy, tuple(identities))


@lru_cache(maxsize=4096)
def _verdict(policy: bytes, identities: tuple[Identity, ...]) -> bool:
    envelope = parse(policy)
    if not _is_well_formed(envelope.rule, len(envelope.identities)):
        return False
    return _evaluate(envelope.rule, envelope.identities, identities, [False] * len(identities))


def _is_well_formed(rule: policies_pb2.SignaturePolicy, principals: int) -> bool:
    kind = rule.WhichOneof("Type")
    if kind == "signed_by":
        return bool(0 <= rule.signed_by < principals)
    if kind == "n_out_of":
        return all(_is_well_formed(inner, principals) for inner in rule.n_out_of.rules)
    return False


def _evaluate(
    rule: policies_pb2.SignaturePolicy,
    principals: Sequence[msp_principal_pb2.MSPPrincipal],
    identities: Sequence[Identity],
    used: list[bool],
) -> bool:
    if rule.WhichOneof("Type") == "signed_by":
        principal = principals[rule.signed_by]
        for index, identity in enumerate(identities):
            if not used[index] and identity.satisfies(principal):
                used[index] = True
                return True
        return False
    satisfied = 0
    for inner in rule.n_out_of.rules:
        attempt = list(used)
        if _evaluate(inner, principals, identities, attempt):
            satisfied += 1
            used[:] = attempt
    return bool(satisfied >= rule.n_out_of.n)
