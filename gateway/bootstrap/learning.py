"""Wires the use cases of learning: courses to verifications, and the door for other gateways."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter

import gateway.api.bulk
import gateway.api.consents
import gateway.api.corrections
import gateway.api.courses
import gateway.api.credits
import gateway.api.enrolments
import gateway.api.grades
import gateway.api.programmes
import gateway.api.verifications
import gateway.api.work
from gateway.api import exchange
from gateway.bootstrap.core import Core
from gateway.bootstrap.held import held_parts
from gateway.bootstrap.planned import Done, planned
from gateway.correspondence.courier import GatewayCourier
from gateway.correspondence.nonces import StoredNonces
from gateway.evidence.stream import sealed_size
from gateway.exchange.verifying import RequestVerifier
from gateway.services.award_evidence import AwardEvidence
from gateway.services.background import Background
from gateway.services.bulk.carrying import Carrying
from gateway.services.consents import Consents
from gateway.services.corrections import Corrections
from gateway.services.courses import Courses
from gateway.services.credits import Credits
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.enrolments import Enrolments
from gateway.services.evidence_review import EvidenceReview
from gateway.services.grade_values import GradeValues
from gateway.services.grades import Grades
from gateway.services.incoming_bodies import IncomingBodies
from gateway.services.intent import EffectHandler
from gateway.services.ports import Courier
from gateway.services.programmes import Programmes
from gateway.services.pseudonyms import PSEUDONYM_EFFECT, PseudonymRegistered, Pseudonyms
from gateway.services.receiving import Receiving
from gateway.services.recognition.corrected_results import TellsResults
from gateway.services.rulings import Rulings
from gateway.services.sealed_work import SealedWorks
from gateway.services.verifications import Verifications
from gateway.services.work import Works

ROUTERS: Final[tuple[APIRouter, ...]] = (
    gateway.api.courses.router,
    gateway.api.programmes.router,
    gateway.api.enrolments.router,
    gateway.api.work.router,
    gateway.api.grades.router,
    gateway.api.credits.router,
    gateway.api.corrections.router,
    gateway.api.bulk.router,
    gateway.api.verifications.router,
    gateway.api.consents.router,
    exchange.router,
)


@dataclass(frozen=True, slots=True)
class Learning:
    """What the subject adds to a gateway."""

    services: Mapping[type, object]
    effects: Mapping[str, EffectHandler]
    courier: Courier
    background: tuple[Background, ...]
    """Started and stopped with the gateway."""
    routers: tuple[APIRouter, ...] = ROUTERS


@dataclass(frozen=True, slots=True)
class _Parts:
    """What several use cases share."""

    access: EnrolmentAccess
    sealed: SealedWorks
    values: GradeValues
    courier: GatewayCourier


def learning(core: Core) -> Learning:
    """Wire the subject on the core."""
    held = held_parts(core)
    parts = _Parts(
        access=held.access,
        sealed=SealedWorks(core.records, core.database, core.store),
        values=held.values,
        courier=GatewayCourier(core.client, core.peers, core.store),
    )
    services = (*_learning(core, parts), *_verifying(core, parts), *_exchange(core, parts))
    return Learning(
        services={type(service): service for service in services},
        effects={PSEUDONYM_EFFECT: PseudonymRegistered()},
        courier=parts.courier,
        background=tuple(one for one in services if isinstance(one, Carrying)),
    )


def _learning(core: Core, parts: _Parts) -> tuple[object, ...]:
    """Courses, enrolments, work, grades, credits."""
    enrolments = Enrolments(
        operations=core.operations,
        records=core.records,
        pseudonyms=Pseudonyms(core.database, core.keyring),
        database=core.database,
        box=core.box,
        access=parts.access,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    works = Works(
        operations=core.operations,
        records=core.records,
        keyring=core.keyring,
        access=parts.access,
        sealed=parts.sealed,
        store=core.store,
        clock=core.clock,
        limit_bytes=core.settings.work_limit_bytes,
        msp_id=core.settings.msp_id,
    )
    grades = Grades(
        operations=core.operations,
        records=core.records,
        access=parts.access,
        sealed=parts.sealed,
        values=parts.values,
    )
    evidence = AwardEvidence(core.records, core.keyring, parts.sealed, parts.values)
    credits_ = Credits(
        operations=core.operations,
        records=core.records,
        keyring=core.keyring,
        access=parts.access,
        enrolments=enrolments,
        sealed=parts.sealed,
        evidence=evidence,
    )
    corrections = Corrections(
        operations=core.operations,
        records=core.records,
        access=parts.access,
        enrolments=enrolments,
        evidence=evidence,
        telling=TellsResults(core.records, core.settings.msp_id),
        box=core.box,
        msp_id=core.settings.msp_id,
    )
    courses = Courses(core.operations, core.records)
    programmes = Programmes(core.operations, core.records)
    rulings = Rulings(core.operations, core.records)
    bulk = planned(core, Done(grades, corrections, rulings, parts.access, parts.values))
    graded = (enrolments, works, grades, credits_, corrections, rulings)
    return (courses, programmes, *graded, *bulk)


def _verifying(core: Core, parts: _Parts) -> tuple[object, ...]:
    """Requests, consents, and looking at evidence."""
    consents = Consents(
        operations=core.operations,
        records=core.records,
        keyring=core.keyring,
        database=core.database,
        access=parts.access,
        sealed=parts.sealed,
        values=parts.values,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    verifications = Verifications(
        operations=core.operations,
        records=core.records,
        database=core.database,
        box=core.box,
        access=parts.access,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    review = EvidenceReview(
        records=core.records,
        keyring=core.keyring,
        store=core.store,
        sealed=parts.sealed,
        verifications=verifications,
        consents=consents,
        correspondent=parts.courier,
        access=parts.access,
        limit_bytes=sealed_size(core.settings.work_limit_bytes),
        msp_id=core.settings.msp_id,
    )
    return (consents, verifications, review)


def _exchange(core: Core, parts: _Parts) -> tuple[object, ...]:
    """The door for other members' gateways."""
    verifier = RequestVerifier(
        origin=core.settings.origin,
        roots=core.roots,
        nonces=StoredNonces(core.database, core.clock),
        clock=core.clock,
    )
    receiving = Receiving(
        records=core.records,
        keyring=core.keyring,
        database=core.database,
        box=core.box,
        access=parts.access,
        sealed=parts.sealed,
        store=core.store,
        clock=core.clock,
        msp_id=core.settings.msp_id,
        handlers=core.handlers,
    )
    bodies = IncomingBodies(
        database=core.database,
        store=core.store,
        clock=core.clock,
        limit_bytes=sealed_size(core.settings.work_limit_bytes),
    )
    return (receiving, bodies, exchange.ExchangeDoor(core.settings.origin, verifier, core.store))
