"""The student's side: ask a university to recognise credits, look, take it back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.caller import Role
from chaincode.domain.commands.redemption import PermitRedemption
from chaincode.domain.errors import InvalidArgument, NotParty, RuleNotInForce, WrongState
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.redemption import Permission, Redemption, RedemptionStatus
from chaincode.domain.redemption_count import joint_set, require_room
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, series_of
from gateway.model.agreements import KnownAgreement
from gateway.model.people import Account
from gateway.model.recognition import AppliedCredit, RecognitionApplication
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import (
    Effect,
    Intent,
    LedgerCall,
    OutgoingMessage,
    WriteRequest,
    new_id,
)
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database
from gateway.services.recognition import steps
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.effects import APPLIED_EFFECT
from gateway.services.recognition.gathering import Gathering, require_one_of_each_course
from gateway.services.recognition.incoming import (
    APPLICATION_MESSAGE,
    MAX_CREDITS,
    SentApplication,
    SentCredit,
    ShownMark,
)
from gateway.services.recognition.results import Results
from gateway.services.recognition.telling import seal_to
from gateway.services.records import Records

_PERMITTED_FOR: Final = timedelta(days=14)
_OPEN: Final = (RedemptionStatus.PERMITTED, RedemptionStatus.HELD)


@dataclass(frozen=True, slots=True)
class WantedCredit:
    """A credit that shall count."""

    enrolment: str
    """Ledger key."""
    amount: int | None
    """Hundredths; None is all that is left."""


@dataclass(frozen=True, slots=True)
class WantedRecognition:
    """What a student asks for."""

    decider: str
    """MSP id."""
    programme: str
    """Ledger key of the decider's programme version."""
    rule: str
    """Ledger key of a rule's version, or of its series: then the version in force today."""
    credits: Sequence[WantedCredit]
    agreement: str | None
    """Ledger key."""
    expires_at: datetime | None
    """Until when the permissions hold; None is two weeks from now."""


class RecognitionApplications:
    """Applications of this member's students."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        database: Database,
        gathering: Gathering,
        applying: Applying,
        access: ApplicationAccess,
        results: Results,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._database = database
        self._gathering = gathering
        self._applying = applying
        self._access = access
        self._results = results
        self._clock = clock
        self._msp_id = msp_id

    async def apply(
        self, person: AuthenticatedPerson, wanted: WantedRecognition, write: WriteRequest
    ) -> OperationView:
        """Permit the decider to redeem each credit (PermitRedemption), and tell it.

        Raises:
            NotPermitted: the person is no student.
            NotParty: a credit or the agreement is another student's.
            AlreadyRedeemed: too little is left; `facts` say by whom it was used, and when.
            RuleNotInForce: no version of the rule is in force today.
            Undecidable: two of the credits are of one version of a course.
            InvalidArgument, WrongState, LedgerRefused: something does not fit, or is not there.
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        amounts = _amounts(wanted)
        rule = await self._rule(wanted.rule)
        await self._require_agreement(person, wanted, rule)
        holdings = await self._gathering.holdings(amounts)
        await self._require_own(person, holdings)
        require_one_of_each_course(holdings)
        expires_at = wanted.expires_at or (self._clock() + _PERMITTED_FOR).replace(microsecond=0)
        operation, identifier = new_id(), new_id()
        permissions = {
            key: self._permission(
                holding, amount=amounts[key], wanted=wanted, rule=rule, expires_at=expires_at
            )
            for key, holding in holdings.items()
        }
        application = RecognitionApplication(
            id=identifier,
            person=person.id,
            student=handle_of(person.id, wanted.decider),
            home=self._msp_id,
            decider=wanted.decider,
            programme=wanted.programme,
            rule=rule.key,
            agreement=wanted.agreement,
            created_at=self._clock(),
            open=wanted.decider == self._msp_id,
        )
        rows = [
            AppliedCredit(identifier, key, len(holding.redemptions) + 1, permissions[key].amount)
            for key, holding in holdings.items()
        ]
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="apply-for-recognition",
                request=write,
                calls=tuple(
                    LedgerCall(holding.holder, _command(holding, permissions[key], operation))
                    for key, holding in holdings.items()
                ),
                result={"application": identifier},
                messages=await self._messages(application, rows, holdings),
                rows=(application, *rows),
                effect=Effect(APPLIED_EFFECT, {"application": identifier}),
            )
        )

    async def withdraw(
        self, person: AuthenticatedPerson, identifier: str, write: WriteRequest
    ) -> OperationView:
        """Take every permission back that was not used yet (WithdrawPermission for each).

        Raises:
            NotPermitted, NotParty, NotFound: it is another's.
            WrongState: nothing is open any more; `facts` have the status of each permission.
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        await self._access.require(person, identifier)
        applied = await self._applying.load(identifier)
        open_ = applied.with_status(*_OPEN)
        if not open_:
            entries = {key: applied.entry(key) for key in applied.credits}
            found: dict[str, JsonValue] = {
                key: entry.status.value if entry else None for key, entry in entries.items()
            }
            raise WrongState(
                "no permission is open any more: it was decided, or ended otherwise",
                facts={"permissions": found},
            )
        operation = new_id()
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="withdraw-recognition",
                request=write,
                calls=tuple(steps.withdraw(applied, open_, operation)),
                result={"application": identifier},
            )
        )

    def _permission(
        self,
        holding: Holding,
        *,
        amount: int | None,
        wanted: WantedRecognition,
        rule: RuleVersion,
        expires_at: datetime,
    ) -> Permission:
        """What the holder permits; where too little is left, this is said before anything is."""
        award = holding.require_standing()
        rest = holding.left if rule.content.partial_redemption else award.credits
        permission = Permission(
            redeemer=wanted.decider,
            programme=wanted.programme,
            amount=amount or rest or award.credits,
            rule=rule.key,
            joint=joint_set(wanted.programme, rule.content),
            expires_at=expires_at,
            credit_version=holding.credit.version,
        )
        after = Redemption.with_permission(
            holding.redemption,
            permission,
            key=sibling(holding.enrolment.key, Kind.REDEMPTION),
            by=holding.holder,
            at=self._clock(),
            operation=new_id(),
        )
        require_room(after.entries, after.entries[-1], awarded=award.credits)
        return permission

    async def _messages(
        self,
        application: RecognitionApplication,
        rows: Sequence[AppliedCredit],
        holdings: Mapping[str, Holding],
    ) -> tuple[OutgoingMessage, ...]:
        if application.decider == self._msp_id:
            return ()
        sent = SentApplication(
            application=application.id,
            student=application.student,
            programme=application.programme,
            rule=application.rule,
            credits=tuple(
                [
                    SentCredit(
                        enrolment=row.enrolment,
                        number=row.number,
                        result=await self._shown(holdings[row.enrolment]),
                    )
                    for row in rows
                ]
            ),
        )
        sealed = await seal_to(
            self._records,
            application.decider,
            purpose=APPLICATION_MESSAGE,
            place=application.id,
            document=sent.model_dump(mode="json"),
        )
        document: dict[str, JsonValue] = {"application": application.id, "sealed": sealed}
        return (OutgoingMessage(application.decider, APPLICATION_MESSAGE, document),)

    async def _shown(self, holding: Holding) -> ShownMark | None:
        """The mark for the decider; None where this home does not know it itself."""
        award = holding.require_standing()
        opened = await self._results.of(holding.enrolment, award)
        if opened is None:
            return None
        return ShownMark(mark=opened.mark, salt=opened.salt, commitment=award.result_commitment)

    async def _rule(self, key: str) -> RuleVersion:
        if split_key(key).kind is Kind.RULE:
            return await self._applying.rule(key)
        series = await self._records.load(Series, key)
        now = self._clock()
        in_force = [
            version.number
            for version in series.versions
            if version.valid.holds(day_of(now, version.valid.time_zone))
        ]
        if not in_force:
            raise RuleNotInForce("no version of this rule is in force today", field="rule")
        return await self._applying.rule(series.rule_key(max(in_force)))

    async def _require_own(
        self, person: AuthenticatedPerson, holdings: Mapping[str, Holding]
    ) -> None:
        async with self._database.reading() as session:
            for holding in holdings.values():
                account = await session.get(Account, holding.holder)
                if account is None or account.person != person.id:
                    raise NotParty("this is another student's credit", field="credits")

    async def _require_agreement(
        self, person: AuthenticatedPerson, wanted: WantedRecognition, rule: RuleVersion
    ) -> None:
        """An agreement binds its home alone, towards its programme, by its rule."""
        if wanted.agreement is None:
            return
        agreement = await self._records.load(Agreement, wanted.agreement)
        async with self._database.reading() as session:
            known = await session.get(KnownAgreement, agreement.key)
        if known is None or known.person != person.id:
            raise NotParty("this agreement concerns other people", field="agreement")
        for name, meant, agreed in (
            ("decider", wanted.decider, agreement.home),
            ("programme", wanted.programme, agreement.programme),
            ("rule", series_of(rule.key), agreement.rules),
        ):
            if meant != agreed:
                raise InvalidArgument(
                    f"the agreement names another {name}", field=name, facts={"agreed": agreed}
                )


def handle_of(person: str, decider: str) -> str:
    """By what one decider tells a student's applications apart; 32 hexadecimal digits.

    It says nothing of the person, and two deciders cannot compare theirs.
    """
    return hashlib.sha256(f"{person}\x00{decider}".encode()).hexdigest()[:32]


def _command(holding: Holding, permission: Permission, operation: str) -> PermitRedemption:
    return PermitRedemption(
        operation=operation,
        enrolment=holding.enrolment.key,
        expected_version=holding.redemption.version if holding.redemption else None,
        credit_version=permission.credit_version,
        redeemer=permission.redeemer,
        programme=permission.programme,
        amount=permission.amount,
        rule=permission.rule,
        expires_at=permission.expires_at,
    )


def _amounts(wanted: WantedRecognition) -> dict[str, int | None]:
    amounts = {credit.enrolment: credit.amount for credit in wanted.credits}
    if len(amounts) != len(wanted.credits):
        raise InvalidArgument("each credit is named once", field="credits")
    if not 1 <= len(amounts) <= MAX_CREDITS:
        raise InvalidArgument(f"one to {MAX_CREDITS} credits are named", field="credits")
    return amounts
