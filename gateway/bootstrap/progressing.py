"""Wires study plans, and how far somebody is towards a degree."""

from gateway.bootstrap.core import Core
from gateway.bootstrap.recognising import Recognising
from gateway.services.recognition.stating import Stating


def progressing(core: Core, parts: Recognising) -> tuple[object, ...]:
    """The services."""
    stating = Stating(
        records=core.records,
        database=core.database,
        box=core.box,
        access=parts.access,
        applying=parts.applying,
        considering=parts.considering,
        acting=parts.acting,
        plans=parts.plans,
        clock=core.clock,
        notify=parts.worker.notify,
        msp_id=core.settings.msp_id,
    )
    return (stating,)
