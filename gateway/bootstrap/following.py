"""Wires what keeps decisions true: who follows their inputs, notices, the inbox."""

from dataclasses import dataclass

from gateway.bootstrap.core import Core
from gateway.bootstrap.recognising import Recognising
from gateway.services.inbox import Inbox
from gateway.services.recognition.corrected_results import CORRECTED_MESSAGE, TakesResults
from gateway.services.recognition.effects import REVISED_EFFECT
from gateway.services.recognition.following import Following
from gateway.services.recognition.following_agreements import FollowingAgreements
from gateway.services.recognition.links import Links
from gateway.services.recognition.noticing import DecisionsWithNotice, RevisedWithNotice
from gateway.services.recognition.reconsidering import Reconsidering
from gateway.services.recognition.rulebook import Rulebook
from gateway.services.recognition.stale import StaleRecognitions
from gateway.services.recognition.telling import DECIDED_MESSAGE
from gateway.services.recognition.uses import Uses


@dataclass(frozen=True, slots=True)
class Followed:
    """What is added to a gateway."""

    following: Following
    services: tuple[object, ...]


def following(core: Core, parts: Recognising) -> Followed:
    """Wire it on applications and decisions; their effect and message tell the inbox as well."""
    msp_id = core.settings.msp_id
    reconsidering = Reconsidering(
        records=core.records,
        database=core.database,
        box=core.box,
        applying=parts.applying,
        considering=parts.considering,
        acting=parts.acting,
        clock=core.clock,
        msp_id=msp_id,
    )
    agreements = FollowingAgreements(
        records=core.records,
        database=core.database,
        box=core.box,
        rulebook=Rulebook(core.records, core.clock),
        clock=core.clock,
    )
    follower = Following(core.records, core.database, reconsidering, agreements)
    core.operations.listen(follower.notify)
    core.effects[REVISED_EFFECT] = RevisedWithNotice(
        core.effects[REVISED_EFFECT], core.box, core.clock
    )
    core.handlers[DECIDED_MESSAGE] = DecisionsWithNotice(
        core.handlers[DECIDED_MESSAGE], core.database, parts.applying, core.box, core.clock
    )
    core.handlers[CORRECTED_MESSAGE] = TakesResults(
        gathering=parts.gathering,
        results=parts.results,
        keyring=core.keyring,
        notify=follower.notify,
        msp_id=msp_id,
    )
    inbox = Inbox(
        records=core.records,
        database=core.database,
        box=core.box,
        applying=parts.applying,
        clock=core.clock,
    )
    stale = StaleRecognitions(
        records=core.records,
        uses=Uses(core.records, parts.applying),
        links=Links(core.records, core.database, core.box, msp_id),
        msp_id=msp_id,
    )
    shared = (parts.applying, parts.considering, parts.acting)
    return Followed(follower, (inbox, stale, follower, reconsidering, *shared))
