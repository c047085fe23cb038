"""Wires study plans, and how far somebody is towards a degree."""

from gateway.bootstrap.core import Core
from gateway.bootstrap.recognising import Recognising
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.enrolments import Enrolments
from gateway.services.pseudonyms import Pseudonyms
from gateway.services.recognition.progress import Progress
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
    progress = Progress(
        records=core.records,
        database=core.database,
        box=core.box,
        access=parts.access,
        applying=parts.applying,
        gathering=parts.gathering,
        enrolments=_enrolments(core),
        plans=parts.plans,
    )
    return (stating, progress)


def _enrolments(core: Core) -> Enrolments:
    return Enrolments(
        operations=core.operations,
        records=core.records,
        pseudonyms=Pseudonyms(core.database, core.keyring),
        database=core.database,
        box=core.box,
        access=EnrolmentAccess(core.records, core.database, core.box),
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
