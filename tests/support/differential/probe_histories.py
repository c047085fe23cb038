"""Random histories of the probe, from a seed.

Left out is what would stop a real channel for good (`ChannelHalted`): setting a key's policy in a
block where an earlier transaction deletes it, and writing a key in a block where a transaction that
is refused before endorsements are looked at sets its policy.
"""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from chaincode.ledger.memory.authority import SigningIdentity
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.state import VALIDATION_PARAMETER, Version
from chaincode.ledger.memory.traitor import Forgery, forge, forge_results, results_of
from chaincode.ledger.policy import all_peers_of
from tests.support.differential.fabric_side import Endorsed, Player
from tests.support.sandbox import values_of

_NAMES = ("a", "b", "c", "d")
_ELSEWHERE = 0.1


class ProbeHistory:
    """One history: some keys of its own, and steps chosen by its own randomness."""

    def __init__(
        self, player: Player, peers: Mapping[str, Peer], seed: str, *, steps: int = 6
    ) -> None:
        self._player = player
        self._peers = peers
        self._members = sorted(peers)
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._prefix = f"{seed}/"
        self._steps = steps
        self._repeatable: list[Endorsed] = []

    async def play(self) -> None:
        """Play it, and read everything at the end."""
        kinds = [
            (self._single, 10),
            (self._together, 5),
            (self._question, 4),
            (self._forged, 4),
            (self._malformed, 2),
            (self._out_of_time, 1),
        ]
        steps = self._random.choices(
            [kind for kind, _ in kinds], [weight for _, weight in kinds], k=self._steps
        )
        for step in steps:
            await step()
        await self._read_everything()

    async def repeat(self) -> None:
        """Send an envelope again, long after it was committed.

        Orderers refuse what they have just ordered; later they order it once more, and peers
        find a duplicate.
        """
        if self._repeatable:
            await self._player.order(self._repeatable[0])

    async def _single(self) -> None:
        await self._endorse_and_order([self._script(alone=True)])

    async def _together(self) -> None:
        count = self._random.choice((2, 2, 3))
        await self._endorse_and_order([self._script(alone=False) for _ in range(count)])

    async def _endorse_and_order(self, scripts: Sequence[list[Any]]) -> None:
        endorsed = []
        for script in scripts:
            found = await self._player.endorse(
                self._actor(),
                _arguments(script),
                endorsers=self._endorsers(),
                transient=self._transient(script),
            )
            if found is not None:
                endorsed.append((script, found))
        for _, each in endorsed:
            await self._player.order(each)
        if endorsed:
            await self._player.settle([each.transaction_id for _, each in endorsed])
        self._repeatable += [
            each for script, each in endorsed if not any(step[0] == "policy" for step in script)
        ]

    async def _question(self) -> None:
        script = self._script(alone=True)
        await self._player.evaluate(
            self._actor(),
            _arguments(script),
            at=self._random.choice(self._members),
            transient=self._transient(script),
        )

    async def _out_of_time(self) -> None:
        when = datetime.now(UTC) + timedelta(minutes=self._random.choice((-60, -6, 6, 60)))
        arguments = _arguments([["get", self._key()]])
        await self._player.evaluate(self._actor(), arguments, timestamp=when)
        await self._player.endorse(self._actor(), arguments, timestamp=when)

    async def _forged(self) -> None:
        reads = {
            self._key(): self._random.choice((None, Version(1, 0), Version(5, 3)))
            for _ in range(self._random.choice((0, 0, 1)))
        }
        writes = {
            self._key(): self._random.choice((b"forged", b""))
            for _ in range(self._random.choice((0, 1, 2)))
        }
        policies = {
            self._key(): all_peers_of(self._some_members())
            for _ in range(self._random.choice((0, 0, 1)))
        }
        creator = self._actor()
        proposal = self._player.propose(creator, _arguments([]))
        made = forge(proposal, Forgery(reads, writes, policies), self._forgers(), answer=b"forged")
        await self._order_forged(creator, made.transaction_id, made.payload)

    async def _malformed(self) -> None:
        """Read-write sets that no simulation makes."""
        creator = self._actor()
        key = self._key()
        put = kv_rwset_pb2.KVWrite(key=key, value=b"twice")
        gone = kv_rwset_pb2.KVWrite(key=key, is_delete=True)
        policy = kv_rwset_pb2.KVMetadataWrite(
            key=key,
            entries=[
                kv_rwset_pb2.KVMetadataEntry(
                    name=VALIDATION_PARAMETER, value=all_peers_of(self._some_members())
                )
            ],
        )
        nothing = kv_rwset_pb2.KVMetadataWrite(key=key)
        phantom = kv_rwset_pb2.RangeQueryInfo(
            start_key=self._prefix, end_key=self._prefix + "z", itr_exhausted=True
        )
        own = self._player.channel.chaincode
        odd = [
            results_of(own, kv_rwset_pb2.KVRWSet(writes=[put, put])),
            results_of(own, kv_rwset_pb2.KVRWSet(writes=[put, gone])),
            results_of(own, kv_rwset_pb2.KVRWSet(writes=[gone, gone])),
            results_of(own, kv_rwset_pb2.KVRWSet(writes=[put], metadata_writes=[nothing])),
            results_of(own, kv_rwset_pb2.KVRWSet(metadata_writes=[nothing])),
            results_of(own, kv_rwset_pb2.KVRWSet(metadata_writes=[policy, policy])),
            results_of(own, kv_rwset_pb2.KVRWSet(writes=[put], range_queries_info=[phantom])),
            b"\xff",
            b"",
        ]
        proposal = self._player.propose(creator, _arguments([]))
        results, forgers = self._random.choice(odd), self._forgers()
        if self._random.random() < _ELSEWHERE:
            # Endorsed by all: else peers differ about the code, for they look at a transaction's
            # namespaces in the random order of a Go map (plugindispatcher/dispatcher.go).
            results = results_of("elsewhere", kv_rwset_pb2.KVRWSet(writes=[put]))
            forgers = list(self._peers.values())
        made = forge_results(proposal, results, forgers, answer=b"malformed")
        await self._order_forged(creator, made.transaction_id, made.payload)

    async def _order_forged(
        self, creator: SigningIdentity, transaction_id: str, payload: bytes
    ) -> None:
        await self._player.order(Endorsed(transaction_id, creator, payload, b""))
        await self._player.settle([transaction_id])

    async def _read_everything(self) -> None:
        keys = [self._prefix + name for name in _NAMES]
        public = [["range", self._prefix, self._prefix + "~"]]
        public += [["get_policy", key] for key in keys]
        public += [["history", key] for key in keys]
        public += [
            ["hash_private", values_of(msp_id), key] for msp_id in self._members for key in keys
        ]
        for msp_id in self._members:
            creator = self._player.channel.operators[msp_id]
            own = [["attempt", ["get_private", values_of(msp_id), key]] for key in keys]
            await self._player.evaluate(creator, _arguments(public + own), at=msp_id)

    def _script(self, *, alone: bool) -> list[Any]:
        length = self._random.choice((1, 2, 2, 3, 4))
        return [self._operation(alone=alone) for _ in range(length)]

    def _operation(self, *, alone: bool) -> list[Any]:
        key, other = self._key(), self._key()
        collection = values_of(self._random.choice(self._members))
        text = str(self._random.randrange(100))
        weighted: list[tuple[list[Any], int]] = [
            (["put", key, text], 8),
            (["add", key, text], 6),
            (["get", key], 4),
            (["delete", key], 3 if alone else 0),
            (["policy", key, list(self._some_members())], 4),
            (["get_policy", key], 2),
            (["range", self._prefix, self._prefix + "~"], 3),
            (["range", min(key, other), max(key, other)], 2),
            (["range", self._prefix, self._prefix + "~", 1], 2),
            (["fill", self._prefix + "long/", self._random.choice((49, 50, 51, 130))], 1),
            (["history", key], 1),
            (["put_private", collection, key, self._random.choice(("$secret", text))], 5),
            (["delete_private", collection, key], 2),
            (["hash_private", collection, key], 2),
            (["attempt", ["get_private", collection, key]], 3),
            (["get_private", collection, key], 1),
            (["attempt", ["get_private", "values-nobody", key]], 1),
            (["attempt", ["hash_private", "values-nobody", key]], 1),
            (["put_private", "values-nobody", key, text], 1),
            (["attempt", ["put", "", text]], 1),
            (["attempt", ["put", key, ""]], 1),
            (["event", "happened", text], 3),
            (["context"], 1),
            (["fail", self._random.choice((400, 404, 500, 555)), "refused"], 1),
            (["crash"], 1),
        ]
        operations = [operation for operation, _ in weighted]
        chosen: list[Any] = self._random.choices(operations, [weight for _, weight in weighted])[0]
        return chosen

    def _key(self) -> str:
        return self._prefix + self._random.choice(_NAMES)

    def _actor(self) -> SigningIdentity:
        return self._player.channel.operators[self._random.choice(self._members)]

    def _some_members(self) -> tuple[str, ...]:
        return tuple(self._random.sample(self._members, self._random.choice((1, 1, 2, 3))))

    def _endorsers(self) -> tuple[str, ...]:
        count = self._random.choice((0, 0, 0, 1, 2, 3, 3, 4))
        return tuple(self._random.sample(self._members, count))

    def _forgers(self) -> list[Peer]:
        count = self._random.choice((1, 2, 3, 3, 4))
        return [self._peers[name] for name in self._random.sample(self._members, count)]

    def _transient(self, script: list[Any]) -> dict[str, bytes]:
        secret = any("$secret" in step for step in script)
        return {"secret": b"s" + self._random.randbytes(3).hex().encode()} if secret else {}


def _arguments(script: Sequence[Any]) -> list[bytes]:
    return [b"script", json.dumps(script).encode()]
