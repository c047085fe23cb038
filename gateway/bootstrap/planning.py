"""Wires what is asked before anything is decided: linting, planning, looking for equivalences."""

from gateway.bootstrap.core import Core
from gateway.bootstrap.recognising import Recognising
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.recognition.equivalences import Equivalences
from gateway.services.recognition.linting import Linting
from gateway.services.recognition.planning import Planning
from gateway.services.recognition.rulebook import Rulebook


def planning(core: Core, parts: Recognising) -> tuple[object, ...]:
    """The services; they write nothing."""
    rulebook, msp_id = Rulebook(core.records, core.clock), core.settings.msp_id
    access = EnrolmentAccess(core.records, core.database, core.box)
    return (
        Linting(core.records, rulebook, core.database, core.box),
        Planning(core.records, rulebook, access, parts.gathering, parts.results),
        Equivalences(core.records, rulebook, msp_id),
    )
