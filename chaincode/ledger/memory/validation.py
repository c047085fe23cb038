"""Endorsement policies: whether a transaction was endorsed by those whom its writes call for.

After Fabric's core/common/validation/statebased (validator_keylevel.go, v20.go, vpmanagerimpl.go):
keys with a key-level policy are checked against that one alone, others against their collection's
or the chaincode's; a key whose policy an earlier transaction of the block sets cannot be judged.
"""

from collections.abc import Sequence

from fabric_protos.peer import transaction_pb2

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.definition import Chaincode
from chaincode.ledger.memory.envelope import Invalid, Read
from chaincode.ledger.memory.errors import ChannelHalted
from chaincode.ledger.memory.identity import (
    Identity,
    InvalidSignatureBytes,
    Registry,
    UnknownIdentity,
)
from chaincode.ledger.memory.rwset import LIFECYCLE
from chaincode.ledger.memory.settings import Settings
from chaincode.ledger.memory.state import HashKey, MemberLedger
from chaincode.ledger.memory.transaction import NamespaceSet, Transaction

_FAILURE = transaction_pb2.ENDORSEMENT_POLICY_FAILURE
Key = HashKey | str
"""A private key by its hash, or a public key."""


def endorsers(
    transaction: Transaction, registry: Registry, settings: Settings
) -> tuple[Identity, ...]:
    """The identities whose endorsements verify, each once."""
    found: dict[tuple[str, bytes], Identity] = {}
    for endorsement in transaction.endorsements:
        try:
            identity = registry.deserialize(endorsement.endorser)
            place = (identity.msp_id, identity.certificate)
            if place in found:
                continue
            if settings.verify_signatures:
                message = transaction.response_payload + endorsement.endorser
                identity.verify(message, endorsement.signature)
        except (UnknownIdentity, InvalidSignatureBytes):
            continue
        found[place] = identity
    return tuple(found.values())


class BlockPolicies:
    """Judges the transactions of one block in order, on one member's state before the block."""

    def __init__(self, ledger: MemberLedger, chaincode: Chaincode, block: Sequence[Read]) -> None:
        """Note which transaction sets which keys' policies."""
        self._ledger = ledger
        self._chaincode = chaincode
        self._setters: dict[Key, list[int]] = {}
        self._found_valid: dict[int, bool] = {}
        self._crashes = [index for index, read in enumerate(block) if not read.has_action]
        for index, read in enumerate(block):
            for part in read.sets:
                if part.namespace == chaincode.name:
                    for key in _policy_keys(part):
                        self._setters.setdefault(key, []).append(index)

    def judge(self, index: int, read: Read, signers: Sequence[Identity]) -> None:
        """Check one transaction's endorsements.

        Raises:
            Invalid: ENDORSEMENT_POLICY_FAILURE, or INVALID_CHAINCODE for writes to others.
            ChannelHalted: a peer would stop here.
        """
        sets = read.sets
        if any(earlier < index for earlier in self._crashes):
            raise ChannelHalted(
                "a transaction of the block has no action: peers crash when they search it for "
                "changes of policies"
            )
        for part in sets:
            if part.namespace != self._chaincode.name and part.writes:
                lifecycle = part.namespace == LIFECYCLE
                raise Invalid(_FAILURE if lifecycle else transaction_pb2.INVALID_CHAINCODE)
        named = transaction_chaincode(read)
        if named != self._chaincode.name:
            raise Invalid(transaction_pb2.INVALID_CHAINCODE)
        own = [part for part in sets if part.namespace == self._chaincode.name]
        try:
            self._judge(index, own, signers)
        except Invalid:
            self._found_valid[index] = False
            raise
        self._found_valid[index] = True

    def _judge(self, index: int, sets: list[NamespaceSet], signers: Sequence[Identity]) -> None:
        checked: set[bytes] = set()
        for part in sets:
            for key in _written_keys(part):
                self._check(index, key, signers, checked)
        if not checked:
            _require(self._chaincode.policy, signers, checked)

    def _check(
        self, index: int, key: Key, signers: Sequence[Identity], checked: set[bytes]
    ) -> None:
        for setter in self._setters.get(key, ()):
            if setter >= index:
                break
            if setter not in self._found_valid:
                raise ChannelHalted(
                    "a transaction of the block sets a key's policy and is refused before "
                    "endorsements are looked at; peers wait for its verdict for ever before they "
                    "judge the next write of that key"
                )
            if self._found_valid[setter]:
                raise Invalid(_FAILURE)
        own = self._own_policy(key)
        _require(own or self._general_policy(key), signers, checked)

    def _own_policy(self, key: Key) -> bytes | None:
        if isinstance(key, HashKey):
            found = self._ledger.hashes.get(key)
        else:
            found = self._ledger.world.get(key)
        return found.policy if found else None

    def _general_policy(self, key: Key) -> bytes:
        if not isinstance(key, HashKey):
            return self._chaincode.policy
        collection = self._chaincode.collection(key.collection)
        if collection is None:
            raise Invalid(_FAILURE)
        return collection.endorsement_policy or self._chaincode.policy


def transaction_chaincode(read: Read) -> str:
    """The chaincode that the transaction is of."""
    return str(read.transaction.action.chaincode_id.name) if read.transaction else ""


def _require(needed: bytes, signers: Sequence[Identity], checked: set[bytes]) -> None:
    if needed in checked:
        return
    try:
        satisfied = policy.is_satisfied(needed, signers)
    except policy.MalformedPolicy as error:
        raise ChannelHalted(
            "a key has a policy that is none: peers stop when a transaction writes the key"
        ) from error
    if not satisfied:
        raise Invalid(_FAILURE)
    checked.add(needed)


def _policy_keys(part: NamespaceSet) -> list[Key]:
    keys: list[Key] = [write.key for write in part.public.metadata_writes]
    for collection in part.collections:
        keys += [
            HashKey(collection.name, write.key_hash) for write in collection.hashed.metadata_writes
        ]
    return keys


def _written_keys(part: NamespaceSet) -> list[Key]:
    keys: list[Key] = [write.key for write in part.public.writes]
    keys += [write.key for write in part.public.metadata_writes]
    for collection in part.collections:
        keys += [
            HashKey(collection.name, write.key_hash) for write in collection.hashed.hashed_writes
        ]
    for collection in part.collections:
        keys += [
            HashKey(collection.name, write.key_hash) for write in collection.hashed.metadata_writes
        ]
    return keys
