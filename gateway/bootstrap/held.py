"""Wires what reads marks and results, wherever this member has them from."""

from dataclasses import dataclass

from gateway.bootstrap.core import Core
from gateway.correspondence.courier import GatewayCourier
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.grade_values import GradeValues
from gateway.services.handed_marks import HandedMarks
from gateway.services.recognition.results import Results
from gateway.services.transfers.fetching import FetchesValues
from gateway.services.transfers.keeping import KeepsValues


@dataclass(frozen=True, slots=True)
class HeldParts:
    """What several subjects stand on."""

    access: EnrolmentAccess
    values: GradeValues
    results: Results
    keeping: KeepsValues


def held_parts(core: Core) -> HeldParts:
    """Wire it; all state is the core's, so each subject may have its own."""
    msp_id = core.settings.msp_id
    access = EnrolmentAccess(core.records, core.database, core.box)
    handed = HandedMarks(core.database, core.box)
    keeping = KeepsValues(core.box, handed, core.clock, msp_id)
    fetching = FetchesValues(
        records=core.records,
        database=core.database,
        keyring=core.keyring,
        keeping=keeping,
        correspondent=GatewayCourier(core.client, core.peers, core.store),
        clock=core.clock,
        msp_id=msp_id,
    )
    return HeldParts(
        access=access,
        values=GradeValues(core.records, access, handed, fetching.fetch, msp_id),
        results=Results(
            records=core.records,
            database=core.database,
            box=core.box,
            access=access,
            lacking=fetching.fetch_at_home,
            msp_id=msp_id,
        ),
        keeping=keeping,
    )
