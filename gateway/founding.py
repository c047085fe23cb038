"""A member's operator founds its part of the consortium: accounts, keys, activation codes.

Runs on the member's machine, with the gateway's configuration and the operator's own identity
(OU admin), before or beside the gateway. A second run changes nothing.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from chaincode.domain.constitution import ConstitutionContent
from gateway.bootstrap.core import Core, make_core
from gateway.bootstrap.fabric import fabric_adapters, load_speaker, settings_of
from gateway.config import Configuration, ConfigurationError
from gateway.services.errors import (
    CertificationUnavailable,
    LedgerConflict,
    LedgerUnavailable,
    OutcomeUnknown,
)
from gateway.services.founding import Founding, Invitation
from gateway.services.staff_codes import StaffCodes

Done = TypeVar("Done")
_PASSING = (LedgerUnavailable, LedgerConflict, OutcomeUnknown, CertificationUnavailable)
_PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class OperatorFiles:
    """The operator's identity, PEM files."""

    certificate: Path
    key: Path


async def found_ledger(
    configuration: Configuration, operator: OperatorFiles, constitution: ConstitutionContent
) -> None:
    """Write the constitution, or find that it stands; `found_member` would do it, too.

    Raises:
        ConfigurationError: a file is missing or unusable.
        ServiceError: the ledger or the peers refused, or cannot be reached.
    """
    async with _founding(configuration, operator) as (founding, _):
        await patiently(lambda: founding.init_ledger(constitution))


async def found_member(
    configuration: Configuration,
    operator: OperatorFiles,
    constitution: ConstitutionContent,
    codes: Path,
) -> tuple[Invitation, ...]:
    """Found one member; activation codes that are unused by now go to `codes`, mode 0600.

    Raises:
        ConfigurationError: a file is missing or unusable.
        DatabaseUnusable: the gateway's database cannot be opened.
        ServiceError: the ledger, the peers or the authority refused, or cannot be reached.
    """
    async with _founding(configuration, operator) as (founding, core):
        await core.database.open()
        invitations = await patiently(lambda: founding.found(constitution))
        await asyncio.to_thread(_write_codes, codes, invitations)
    return invitations


async def renew_codes(configuration: Configuration, codes: Path) -> None:
    """Replace activation codes of staff that expired unused; all unused ones go to `codes` then.

    Raises:
        ConfigurationError: a file is missing or unusable.
    """
    adapters = await fabric_adapters(configuration)
    renewing = StaffCodes(database=adapters.database, box=adapters.box, clock=adapters.clock)
    try:
        invitations = await renewing.renew()
        if invitations:
            await asyncio.to_thread(_write_codes, codes, invitations)
    except OSError as error:
        raise ConfigurationError(f"{codes} cannot be written: {error}") from error
    finally:
        for close in (*adapters.close, adapters.database.close):
            await close()


@asynccontextmanager
async def _founding(
    configuration: Configuration, operator: OperatorFiles
) -> AsyncIterator[tuple[Founding, Core]]:
    adapters = await fabric_adapters(configuration)
    core = make_core(adapters, settings_of(configuration))
    try:
        speaker = await asyncio.to_thread(
            load_speaker, configuration.member.msp_id, operator.certificate, operator.key
        )
        founding = Founding(
            database=core.database,
            ledger=core.ledger,
            records=core.records,
            keyring=core.keyring,
            keys=core.keys,
            box=core.box,
            operator=speaker,
            clock=core.clock,
        )
        yield founding, core
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"the member cannot be founded: {error}") from error
    finally:
        for close in (*adapters.close, core.database.close):
            await close()


async def patiently(
    step: Callable[[], Awaitable[Done]],
    *,
    seconds: float = _PATIENCE_SECONDS,
    pause: float = _PAUSE_SECONDS,
) -> Done:
    """Take a step again while peers or the authority cannot be reached, or do not agree yet.

    After a start, peers need some seconds to find each other, and on a busy machine minutes.

    Raises:
        ServiceError: what the last attempt raised, after so many seconds; any other at once.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while True:
        try:
            return await step()
        except _PASSING:
            if clock() >= deadline:
                raise
        await asyncio.sleep(pause)


async def prove_member(configuration: Configuration, constitution: ConstitutionContent) -> None:
    """Prove that a member's peer answers and holds the agreed constitution.

    Raises:
        ConfigurationError: a file is missing, or the peer holds another constitution.
        ServiceError: the peer cannot be reached or refused.
    """
    adapters = await fabric_adapters(configuration)
    core = make_core(adapters, settings_of(configuration))
    try:
        record = await patiently(lambda: core.records.stored("constitution"))
    finally:
        for close in (*adapters.close, core.database.close):
            await close()
    if record.get("content") != constitution.model_dump(mode="json"):
        raise ConfigurationError(f"{configuration.member.name} holds another constitution")


def _write_codes(file: Path, invitations: tuple[Invitation, ...]) -> None:
    """Replace the file whole: whoever reads it never sees half of it."""
    content = {item.login: {"role": item.role, "code": item.code} for item in invitations}
    fresh = file.with_name(f".{file.name}.new")
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
