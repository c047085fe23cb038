"""Whose policies a simulation's writes fall under, and which members could satisfy them.

After Fabric's core/endorser/endorser.go (buildChaincodeInterest) and discovery/endorsement.
"""

from dataclasses import dataclass

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.definition import Chaincode
from chaincode.ledger.memory.identity import Identity
from chaincode.ledger.memory.rwset import hash_key
from chaincode.ledger.memory.simulation import Simulation
from chaincode.ledger.memory.state import HashKey, MemberLedger


@dataclass(frozen=True)
class Interest:
    """What must endorse.

    Attributes:
        chaincode_policy: whether the chaincode's policy is needed.
        key_policies: the policies of keys that have one.
        written: collections written without a key-level policy.
        read: collections read from.
    """

    chaincode_policy: bool = True
    key_policies: tuple[bytes, ...] = ()
    written: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


def interest_of(simulation: Simulation, ledger: MemberLedger) -> Interest:
    """Read the interest off a finished simulation.

    Raises:
        MalformedPolicy: a key written to has a policy that is none.
    """
    rwset = simulation.rwset
    key_policies: list[bytes] = []
    public_keys = {*rwset.writes, *rwset.policies}
    needs_chaincode = False
    for key in public_keys:
        found = ledger.world.get(key)
        if found is not None and found.policy is not None:
            key_policies.append(found.policy)
        else:
            needs_chaincode = True
    written = set()
    for name, part in rwset.collections.items():
        for key in part.writes:
            hashed = ledger.hashes.get(HashKey(name, hash_key(key)))
            if hashed is not None and hashed.policy is not None:
                key_policies.append(hashed.policy)
            else:
                written.add(name)
    for value in key_policies:
        policy.parse(value)
    wrote_nothing = not public_keys and not any(part.writes for part in rwset.collections.values())
    return Interest(
        chaincode_policy=needs_chaincode or wrote_nothing,
        key_policies=tuple(dict.fromkeys(key_policies)),
        written=frozenset(written),
        read=frozenset(simulation.private_reads),
    )


class Requirements:
    """An interest as a question to a set of peers: would their endorsements do?"""

    def __init__(self, interest: Interest, chaincode: Chaincode, *, has_transient: bool) -> None:
        """Work out the policies, and whose values must not leave their collection's members."""
        self._policies = list(interest.key_policies)
        if interest.chaincode_policy:
            self._policies.append(chaincode.policy)
        self._member_policies = []
        for name in sorted(interest.written | interest.read):
            collection = chaincode.collection(name)
            if collection is None:
                continue
            self._policies.append(collection.endorsement_policy or chaincode.policy)
            if has_transient or name in interest.read:
                self._member_policies.append(collection.member_policy)

    def admits(self, peer: Identity) -> bool:
        """Whether the proposal may be shown to this peer at all."""
        return all(policy.is_satisfied(members, [peer]) for members in self._member_policies)

    def satisfied_by(self, peers: list[Identity]) -> bool:
        """Whether endorsements by exactly these peers would satisfy every policy."""
        return all(policy.is_satisfied(needed, peers) for needed in self._policies)
