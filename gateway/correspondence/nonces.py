"""Nonces that outlive the process: a replay is refused after a restart, too."""

from datetime import datetime

from gateway.exchange.errors import NonceStoreFull, RequestReplayed
from gateway.model.operations import Nonce
from gateway.services.errors import DatabaseBusy, RowConflict
from gateway.services.ports import Clock, Database

_FORGOTTEN_AT_ONCE = 100


class StoredNonces:
    """Satisfies the exchange's `NonceStore` on the gateway's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the clock by which nonces grow too old to matter."""
        self._database = database
        self._clock = clock

    async def claim(self, sender: str, nonce: str, *, until: datetime) -> None:
        """Remember a nonce: see `NonceStore.claim`."""
        try:
            async with self._database.writing() as session:
                old = await session.find(
                    Nonce, at_most={"expires_at": self._clock()}, limit=_FORGOTTEN_AT_ONCE
                )
                for row in old:
                    await session.delete(row)
                if await session.get(Nonce, sender, nonce) is not None:
                    raise RequestReplayed("this request was taken before: sign a new one")
                session.add(Nonce(sender=sender, nonce=nonce, expires_at=until))
        except RowConflict as error:
            raise RequestReplayed("this request was taken before: sign a new one") from error
        except DatabaseBusy as error:
            raise NonceStoreFull("replays cannot be told apart now: send again") from error
