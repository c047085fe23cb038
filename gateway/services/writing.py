"""One creating transaction to its end, for what has no operation: an operator's own acts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from chaincode.domain.commands.base import Command
from gateway.model.ledger import Finality
from gateway.services.errors import (
    LedgerConflict,
    LedgerInvalid,
    LedgerRefused,
    LedgerUnavailable,
    OutcomeUnknown,
    ServiceError,
)
from gateway.services.ports import Ledger, Speaker
from gateway.services.records import Records

_ATTEMPTS: Final = 120
_PAUSE: Final = 0.5
_OUTCOME_SECONDS: Final = 30.0
_CONFLICTS: Final = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})


class Writer:
    """Creates records: a key is taken once, so trying again is safe until it stands."""

    def __init__(
        self,
        ledger: Ledger,
        records: Records,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the way to the ledger; `pause` waits between two attempts."""
        self._ledger = ledger
        self._records = records
        self._pause = pause

    async def create(self, speaker: Speaker, command: Command, key: str) -> None:
        """Create the record of `key`, or find that it is there.

        Who must know whether it is theirs reads it afterwards.

        Raises:
            LedgerRefused: the contract refused for another reason than that the key is taken.
            LedgerInvalid: the peers refused.
            LedgerUnavailable, LedgerConflict, OutcomeUnknown: it did not get through in a minute.
        """
        for left in reversed(range(_ATTEMPTS)):
            try:
                await self._once(speaker, command)
            except LedgerRefused as error:
                if error.refusal == "record-exists" or await self._stands(key):
                    return
                raise
            except (LedgerUnavailable, LedgerConflict, OutcomeUnknown):
                if await self._stands(key):
                    return
                if not left:
                    raise
                await self._pause(_PAUSE)
            else:
                return

    async def _once(self, speaker: Speaker, command: Command) -> None:
        proposed = await self._ledger.prepare(speaker.identity, command)
        signature = await speaker.signer.sign(proposed.proposal)
        endorsed = await self._ledger.endorse(proposed, signature, None)
        signature = await speaker.signer.sign(endorsed.envelope)
        # Whatever the orderers answered, only the outcome tells.
        with contextlib.suppress(OutcomeUnknown, LedgerUnavailable):
            await self._ledger.submit(endorsed, signature)
        outcome = await self._ledger.outcome(
            speaker.identity,
            speaker.signer,
            endorsed.transaction_id,
            wait_seconds=_OUTCOME_SECONDS,
        )
        if outcome.finality is Finality.UNKNOWN:
            raise OutcomeUnknown(f"transaction {outcome.transaction_id} is in no block yet")
        if outcome.code in _CONFLICTS:
            raise LedgerConflict("another transaction came first")
        if outcome.finality is Finality.INVALID:
            raise LedgerInvalid(f"the peers found the transaction invalid: {outcome.code}")

    async def _stands(self, key: str) -> bool:
        try:
            await self._records.stored(key)
        except ServiceError:
            return False
        return True
