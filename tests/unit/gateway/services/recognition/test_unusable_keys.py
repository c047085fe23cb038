"""A member publishes a key that nothing can be sealed to: it keeps nobody else from writing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pytest

from chaincode.domain.errors import RecordCorrupt
from chaincode.domain.keys import Kind, member_key, sibling
from chaincode.domain.member import MemberProfile
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from gateway.evidence.keys import SealingPrivateKey
from gateway.model.recognition import RecognitionApplication
from gateway.services.recognition.corrected_results import CorrectedResult, TellsResults
from gateway.services.recognition.kept import KeptDecision
from gateway.services.recognition.telling import Telling
from gateway.services.records import Records
from tests.support import records as made

KEY = SealingPrivateKey.generate().public.text
UNUSABLE = "A" * len(KEY)
ENROLMENT = made.make_enrolment(made.make_course())


class Ledger:
    """Profiles by member; the credit is used by all of them."""

    def __init__(self, keys: Mapping[str, str | None]) -> None:
        self.keys = keys

    async def load(self, _kind: type[MemberProfile], key: str) -> MemberProfile:
        member = key.rpartition("/")[2]
        intake = self.keys[member]
        if intake is None:
            raise RecordCorrupt("no profile")
        return MemberProfile(
            key=member_key(member),
            version=1,
            operation=made.OPERATION,
            evidence_key=intake,
            intake_key=intake,
        )

    async def find(self, _kind: type[Redemption], _key: str) -> Redemption:
        entries = tuple(map(used_by, range(1, len(self.keys) + 1), self.keys))
        key = sibling(ENROLMENT.key, Kind.REDEMPTION)
        return Redemption(key=key, version=1, operation=made.OPERATION, entries=entries)


def used_by(number: int, member: str) -> RedemptionEntry:
    return RedemptionEntry(
        number=number,
        redeemer=member,
        programme=f"programme/{member}/{'1' * 32}/1",
        amount=100,
        rule=f"rule/{member}/{'1' * 32}/1",
        joint=None,
        permitted_by=made.STUDENT,
        permitted_at=made.NOW,
        expires_at=made.NOW + timedelta(days=14),
        status=RedemptionStatus.REDEEMED,
        credit_version=3,
        decision_commitment="4" * 64,
        by=f"gateway/{member}",
        at=made.NOW,
    )


@pytest.mark.parametrize("unusable", [UNUSABLE, None])
async def test_home_accepts_a_correction_whatever_key_a_user_published(
    unusable: str | None,
) -> None:
    ledger = Ledger({"deltaMSP": unusable, "gammaMSP": KEY})
    result = CorrectedResult(ENROLMENT, 8_000, b"s" * 32, "c" * 64, 4)
    told = await TellsResults(cast("Records", ledger), "alphaMSP").messages(result)
    assert [message.recipient for message in told] == ["gammaMSP"]


@pytest.mark.parametrize(("key", "recipients"), [(UNUSABLE, []), (KEY, ["alphaMSP"])])
async def test_a_decider_revises_whatever_key_the_students_home_published(
    monkeypatch: pytest.MonkeyPatch, key: str, recipients: list[str]
) -> None:
    monkeypatch.setattr("gateway.services.recognition.telling.packed", lambda _: "")
    application = RecognitionApplication(
        id="1" * 32,
        person=None,
        student="2" * 32,
        home="alphaMSP",
        decider="gammaMSP",
        programme="p",
        rule="r",
        agreement=None,
        created_at=made.NOW,
    )
    kept: Any = cast("KeptDecision", type("Kept", (), {"verdict": None, "explanation_salt": ""}))
    telling = Telling(cast("Records", Ledger({"alphaMSP": key})), "gammaMSP")
    told = await telling.decided(application, f"decision/gammaMSP/{'3' * 32}", 2, kept)
    assert [message.recipient for message in told] == recipients
