"""Wires plans in bulk: who plans what, where plans are kept, what carries them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.bootstrap.core import Core
from gateway.model.bulk import BulkKind
from gateway.services.bulk.carrying import Carrying
from gateway.services.bulk.corrections import CorrectionPlanner
from gateway.services.bulk.grades import GradePlanner
from gateway.services.bulk.makers import Makers
from gateway.services.bulk.plan import Planner
from gateway.services.bulk.plans import BulkPlans
from gateway.services.bulk.rulings import RulingPlanner
from gateway.services.bulk.store import PlanStore
from gateway.services.corrections import Corrections
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.grade_values import GradeValues
from gateway.services.grades import Grades
from gateway.services.rulings import Rulings


@dataclass(frozen=True, slots=True)
class Done:
    """The use cases that plans repeat."""

    grades: Grades
    corrections: Corrections
    rulings: Rulings
    access: EnrolmentAccess
    values: GradeValues


def planned(core: Core, done: Done) -> tuple[BulkPlans, Carrying]:
    """The service, and what runs beside the requests."""
    msp_id, records = core.settings.msp_id, core.records
    planners: Mapping[BulkKind, Planner[Any, Any]] = {
        BulkKind.GRADES: GradePlanner(records, done.access, done.values, done.grades),
        BulkKind.CORRECTIONS: CorrectionPlanner(
            records=records,
            access=done.access,
            values=done.values,
            corrections=done.corrections,
        ),
        BulkKind.RULINGS: RulingPlanner(records, done.rulings, msp_id),
    }
    store = PlanStore(core.database, core.box, core.clock)
    carrying = Carrying(
        store=store,
        planners=planners,
        makers=Makers(core.database, core.gate, core.clock, msp_id),
        operations=core.operations,
    )
    return BulkPlans(store, planners, carrying), carrying
