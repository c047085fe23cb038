"""Wires applications for recognition, the worker that decides them, and decisions."""

from dataclasses import dataclass, replace

from gateway.bootstrap.core import Core
from gateway.bootstrap.held import held_parts
from gateway.services.recognition.acting import Acting
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applications import RecognitionApplications
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.counting import Counting
from gateway.services.recognition.decisions import Decisions
from gateway.services.recognition.effects import (
    APPLIED_EFFECT,
    RECORDED_EFFECT,
    REVISED_EFFECT,
    DecisionRecorded,
    DecisionRevised,
    RecognitionApplied,
)
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.incoming import (
    APPLICATION_MESSAGE,
    TakesApplications,
    TakesDecisions,
)
from gateway.services.recognition.replay import Replay
from gateway.services.recognition.results import Results
from gateway.services.recognition.study_plan import StudyPlans
from gateway.services.recognition.telling import DECIDED_MESSAGE, Telling
from gateway.services.recognition.worker import RecognitionWorker


@dataclass(frozen=True, slots=True)
class Recognising:
    """What others of the subject stand on."""

    results: Results
    gathering: Gathering
    applying: Applying
    considering: Considering
    plans: StudyPlans
    acting: Acting
    access: ApplicationAccess
    worker: RecognitionWorker
    services: tuple[object, ...]


def recognising(core: Core) -> Recognising:
    """Wire applications and decisions; their effects and messages are the core's from now on."""
    msp_id = core.settings.msp_id
    results = held_parts(core).results
    gathering = Gathering(core.records, results, msp_id)
    applying = Applying(core.records, core.database, gathering)
    counting = Counting(core.records, core.database, core.box)
    plans = StudyPlans(core.records, core.database, core.box)
    considering = Considering(
        records=core.records,
        database=core.database,
        box=core.box,
        gathering=gathering,
        counting=counting,
        plans=plans,
    )
    acting = Acting(
        operations=core.operations,
        database=core.database,
        box=core.box,
        telling=Telling(core.records, msp_id),
        clock=core.clock,
    )
    worker = RecognitionWorker(
        acting=acting,
        applying=applying,
        considering=considering,
        records=core.records,
        database=core.database,
        box=core.box,
        clock=core.clock,
    )
    core.operations.listen(worker.notify)
    core.effects.update(
        {
            APPLIED_EFFECT: RecognitionApplied(),
            RECORDED_EFFECT: DecisionRecorded(),
            REVISED_EFFECT: DecisionRevised(),
        }
    )
    access = ApplicationAccess(core.records, core.database, applying, msp_id)
    parts = Recognising(
        results=results,
        gathering=gathering,
        applying=applying,
        considering=considering,
        plans=plans,
        acting=acting,
        access=access,
        worker=worker,
        services=(),
    )
    _hear(core, parts)
    return replace(parts, services=_services(core, parts))


def _hear(core: Core, parts: Recognising) -> None:
    """Messages from other members' gateways."""
    core.handlers[APPLICATION_MESSAGE] = TakesApplications(
        records=core.records,
        gathering=parts.gathering,
        results=parts.results,
        keyring=core.keyring,
        clock=core.clock,
        notify=parts.worker.notify,
        msp_id=core.settings.msp_id,
    )
    core.handlers[DECIDED_MESSAGE] = TakesDecisions(
        records=core.records, keyring=core.keyring, database=core.database, box=core.box
    )


def _services(core: Core, parts: Recognising) -> tuple[object, ...]:
    applications = RecognitionApplications(
        operations=core.operations,
        records=core.records,
        database=core.database,
        gathering=parts.gathering,
        applying=parts.applying,
        access=parts.access,
        results=parts.results,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    decisions = Decisions(
        operations=core.operations,
        records=core.records,
        database=core.database,
        box=core.box,
        access=parts.access,
        applying=parts.applying,
        considering=parts.considering,
        acting=parts.acting,
        msp_id=core.settings.msp_id,
    )
    replay = Replay(core.records, core.database, core.box, parts.access)
    return (applications, parts.access, decisions, replay)
