"""The only place that wires a gateway: core, subjects, outbox, REST."""

import asyncio
from dataclasses import dataclass

from fastapi import FastAPI

from gateway.api.app import create_app
from gateway.bootstrap.core import Adapters, Core, Settings, core_services, make_core
from gateway.bootstrap.learning import learning
from gateway.bootstrap.recognition import recognition
from gateway.services.background import Background
from gateway.services.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Gateway:
    """One member's gateway: its application starts and stops everything else with itself."""

    app: FastAPI
    core: Core
    outbox: Outbox
    background: tuple[Background, ...]
    """What runs beside the requests, besides the outbox."""


def build(adapters: Adapters, settings: Settings) -> Gateway:
    """Wire a gateway; nothing is opened before its application starts."""
    core = make_core(adapters, settings)
    subjects = learning(core)
    recognised = recognition(core)
    core.effects.update(subjects.effects)
    outbox = Outbox(
        database=core.database,
        courier=subjects.courier,
        clock=core.clock,
        pace=settings.delivery_pace,
    )
    core.operations.listen(outbox.notify)
    background = (*subjects.background, *recognised.background)

    async def start() -> None:
        await core.database.open()
        await core.operations.start()
        await outbox.start()
        for one in background:
            await one.start()

    async def stop() -> None:
        stopping = (one.stop() for one in background)
        await asyncio.gather(*stopping, core.operations.stop(), outbox.stop())
        for close in (adapters.client.close, *adapters.close, core.database.close):
            await close()

    app = create_app(
        title=settings.title,
        services={**core_services(core), **subjects.services, **recognised.services},
        routers=(*subjects.routers, *recognised.routers),
        is_ledger=core.ledger.is_ledger,
        start=start,
        stop=stop,
    )
    return Gateway(app, core, outbox, background)
