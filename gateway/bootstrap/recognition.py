"""Wires the use cases of recognition: what universities agree on, decide and count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter

import gateway.api.agreements
import gateway.api.certifications
import gateway.api.decisions
import gateway.api.inbox
import gateway.api.planning
import gateway.api.progress
import gateway.api.recognitions
import gateway.api.rules
import gateway.api.stale
import gateway.api.study_plans
import gateway.api.transfers
from gateway.bootstrap.core import Core
from gateway.bootstrap.following import following
from gateway.bootstrap.planning import planning
from gateway.bootstrap.progressing import progressing
from gateway.bootstrap.recognising import recognising
from gateway.bootstrap.transferring import transferring
from gateway.services.agreement_access import AgreementAccess
from gateway.services.agreements import Agreements
from gateway.services.background import Background
from gateway.services.certifications import Certifications
from gateway.services.pseudonyms import Pseudonyms
from gateway.services.rules import Rules

ROUTERS: Final[tuple[APIRouter, ...]] = (
    gateway.api.rules.router,
    gateway.api.certifications.router,
    gateway.api.agreements.router,
    gateway.api.recognitions.router,
    gateway.api.decisions.router,
    gateway.api.inbox.router,
    gateway.api.stale.router,
    gateway.api.planning.router,
    gateway.api.transfers.router,
    gateway.api.study_plans.router,
    gateway.api.progress.router,
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the subject adds to a gateway."""

    services: Mapping[type, object]
    background: tuple[Background, ...]
    """Started and stopped with the gateway, in this order."""
    routers: tuple[APIRouter, ...] = ROUTERS


def recognition(core: Core) -> Recognition:
    """Wire the subject on the core."""
    recognised = recognising(core)
    followed = following(core, recognised)
    services = (
        *_ruling(core),
        *_agreeing(core),
        *recognised.services,
        *followed.services,
        *planning(core, recognised),
        *transferring(core, recognised),
        *progressing(core, recognised),
    )
    return Recognition(
        services={type(service): service for service in services},
        background=(recognised.worker, followed.following),
    )


def _ruling(core: Core) -> tuple[object, ...]:
    """Rules that members agree on, and certificates of courses."""
    return (
        Rules(core.operations, core.records, core.clock),
        Certifications(core.operations, core.records),
    )


def _agreeing(core: Core) -> tuple[object, ...]:
    """Learning agreements."""
    access = AgreementAccess(core.records, core.database, core.clock, core.settings.msp_id)
    agreements = Agreements(
        operations=core.operations,
        records=core.records,
        pseudonyms=Pseudonyms(core.database, core.keyring),
        access=access,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    return (access, agreements)
