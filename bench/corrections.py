"""A certificate is withdrawn: how soon 1,000 decisions built on it are found and made again.

    python bench/corrections.py [--decisions 1000] [--revisions 100]

Real: the gateways with their databases, the contracts, signatures and blocks of the sandbox
consortium, the rule that two members voted on, every decision recorded by the gateway's own
services, and the withdrawal over REST. Not real: one credit is earned over REST; the others are
its records under other keys, put into each peer's state, each with a mark of its own commitment;
and everything runs in one process on one machine.

Prints seconds and their ratio to the bar for finding and evaluating; recording some of the
revisions, one transaction each, comes apart. Exits with 1 if the bar was missed, or a decision was
not found or not reopened.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from chaincode.domain.commitment import result_commitment
from chaincode.domain.credit import Credit
from chaincode.domain.decision import Decision, DecisionStatus, DecisionTrigger
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade
from chaincode.domain.keys import Kind, record_key, sibling, split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.record import Record
from chaincode.domain.redemption import Redemption
from demo.sandbox_stage import world_of
from demo.story import recognition, registration
from demo.story.cast import Cast
from demo.work import work_files
from demo.world import World
from gateway.bootstrap.core import Core
from gateway.model.recognition import AppliedCredit, Notice, RecognitionApplication
from gateway.sandbox import SandboxWorld
from gateway.services.recognition.acting import Acting, committed
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.following import Following
from gateway.services.recognition.kept import keep
from gateway.services.recognition.reconsidering import Moved, Reconsidered, Reconsidering
from gateway.services.recognition.results import OpenedResult, shown_result
from tests.support.story import EXAMPLES, cheap_hasher

BAR_SECONDS = 30
AT_ONCE = 8
DECIDER = "gamma"
Service = TypeVar("Service")
AnyRecord = TypeVar("AnyRecord", bound=Record)


class Bench:
    """Gamma's gateway, and what is cloned for it."""

    def __init__(self, sandbox: SandboxWorld) -> None:
        self.sandbox = sandbox
        self.gateway = sandbox.gateways[DECIDER]
        self.core: Core = self.gateway.core

    def service(self, kind: type[Service]) -> Service:
        """One of gamma's services."""
        found: Service = self.gateway.app.state.services[kind]
        return found

    async def clone(self, application: str, credit: str, number: int) -> None:
        """Another student's credit like the first, recognised by a decision of its own."""
        row, applied = await self._rows(application)
        enrolment = record_key(Kind.ENROLMENT, split_key(credit).owner, secrets.token_hex(16))
        mark, salt = 8250 + 50 * (number % 20), secrets.token_bytes(32)
        commitment = result_commitment(enrolment=enrolment, mark=mark, salt=salt)
        award = self._read(Credit, credit).award
        if award is None:
            raise SystemExit("the first credit is not awarded")
        award = award.model_copy(update={"result_commitment": commitment})
        for kind, changed in (
            (Enrolment, {}),
            (Grade, {}),
            (Redemption, {}),
            (Credit, {"award": award}),
        ):
            self._put(self._read(kind, credit), enrolment, changed)
        opened = OpenedResult(mark=mark, salt=salt.hex())
        shown = shown_result(self.core.box, enrolment, award.result_commitment, opened)
        other = replace(
            row, id=secrets.token_hex(16), student=secrets.token_hex(16), decision=None, open=False
        )
        async with self.core.database.writing() as session:
            session.add(
                other, AppliedCredit(other.id, enrolment, applied.number, applied.amount), shown
            )
        await self._decide(other.id)

    async def _decide(self, application: str) -> None:
        applied = await self.service(Applying).load(application)
        case = await self.service(Considering).case(applied, None)
        on = day_of(self.core.clock(), applied.rule.content.valid.time_zone)
        kept = keep(case.facts, evaluate(applied.rule.content, case.facts, on))
        view = await self.service(Acting).record(
            applied, case, kept, on, automatic=True, trigger=DecisionTrigger.APPLICATION
        )
        if not committed(view):
            raise SystemExit(f"a decision was not recorded: {view.problem}")

    async def _rows(self, application: str) -> tuple[RecognitionApplication, AppliedCredit]:
        async with self.core.database.reading() as session:
            row = await session.get(RecognitionApplication, application)
            [applied] = await session.find(AppliedCredit, application=application)
        if row is None:
            raise SystemExit("gamma has no such application")
        return row, applied

    def _read(self, kind: type[AnyRecord], enrolment: str) -> AnyRecord:
        key = sibling(enrolment, kind.kind)
        stored = self.sandbox.consortium.peers[self.core.settings.msp_id].ledger.world.get(key)
        if stored is None:
            raise SystemExit(f"there is no {key}")
        return kind.decode(key, stored.value)

    def _put(self, record: Record, enrolment: str, changed: dict[str, object]) -> None:
        key = sibling(enrolment, record.kind)
        value = record.model_copy(update={"key": key, **changed}).encode()
        for peer in self.sandbox.consortium.peers.values():
            stored = peer.ledger.world.get(record.key)
            if stored is not None:
                peer.ledger.world.put(key, replace(stored, value=value))

    async def statuses(self, decisions: Sequence[str]) -> set[DecisionStatus | None]:
        """What the decisions are on the ledger."""
        found = await self.core.records.find_all(Decision, decisions)
        return {one.status if one else None for one in found}


async def play(world: World) -> tuple[Cast, str, str, str]:
    """One recognition over REST; cast, certificate, application, and the enrolment's key."""
    cast = await registration.play(world)
    course = await recognition.offer(cast.teacher, cast.teaching_registrar)
    seen = await cast.home_registrar.get("reads the course", f"/v1/courses/{course}")
    await cast.home_registrar.write(
        "certifies it", "/v1/certifications", {"course": course, "course_digest": seen["digest"]}
    )
    gamma = await recognition.decider(cast.verifying_registrar, cast.reviewer)
    document = recognition.rule(
        gamma,
        recognition.mapping("single", [course], gamma.courses[0]),
        demands=[
            {"kind": "minimum-grade", "grade": "60.00", "better": "higher"},
            {"kind": "quality", "certified_by": 1, "recheck": True},
        ],
    )
    rule = await recognition.adopt(gamma, cast.teaching_registrar, document)
    credit = await recognition.earn(world, cast, course)
    application = await recognition.apply(cast.student, gamma, rule, credit)
    await recognition.settled(cast.student, application, "redeemed")
    return cast, f"{course}~alphaMSP", application, f"enrolment/{credit.replace('~', '/')}"


async def reconsidered(service: Reconsidering, moved: dict[str, Moved]) -> list[Reconsidered]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(key: str) -> Reconsidered | None:
        async with slots:
            return await service.again(key, moved[key])

    found = await asyncio.gather(*map(one, moved))
    return [each for each in found if each is not None]


async def measure(bench: Bench, decisions: int, revisions: int) -> int:
    following, reconsidering = bench.service(Following), bench.service(Reconsidering)
    begun, busy = time.perf_counter(), time.process_time()
    moved = await following.moved()
    found_in = time.perf_counter() - begun
    found = await reconsidered(reconsidering, moved)
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    differing = sum(one.differs for one in found)
    print(f"{len(moved)} decisions found in {found_in:.1f} s, {differing} of them differ")
    print(
        f"found and evaluated again: {seconds:.1f} s of {BAR_SECONDS} s: "
        f"ratio {seconds / BAR_SECONDS:.2f}; {busy:.1f} s of a processor"
    )
    some = sorted(found, key=lambda one: one.decision.key)[:revisions]
    begun = time.perf_counter()
    recorded: list[bool] = []
    for start in range(0, len(some), AT_ONCE):
        calls = (reconsidering.record(one) for one in some[start : start + AT_ONCE])
        recorded += await asyncio.gather(*calls)
    recording = time.perf_counter() - begun
    statuses = await bench.statuses([one.decision.key for one in some])
    async with bench.core.database.reading() as session:
        notices = await session.count(Notice, person=None)
    print(
        f"{sum(recorded)} revisions recorded: {recording:.1f} s, "
        f"{sum(recorded) / recording:.0f} a second; {notices} notices"
    )
    whole = (len(moved), differing) == (decisions,) * 2
    told = (sum(recorded), notices) == (len(some),) * 2 and statuses == {DecisionStatus.REOPENED}
    return 0 if whole and told and seconds < BAR_SECONDS else 1


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=1_000)
    parser.add_argument("--revisions", type=int, default=100, help="so many are recorded")
    given = parser.parse_args()
    decisions: int = given.decisions
    work = await asyncio.to_thread(work_files, EXAMPLES)
    with tempfile.TemporaryDirectory(prefix="crosscredit-bench-") as folder:
        async with (
            SandboxWorld(Path(folder), hasher=cheap_hasher()) as sandbox,
            world_of(sandbox, work, lambda _: None) as world,
        ):
            bench = Bench(sandbox)
            cast, certificate, application, credit = await play(world)
            # What follows is called by hand, and alpha knows nothing of the other students.
            await bench.service(Following).stop()
            await bench.gateway.outbox.stop()
            begun = time.perf_counter()
            for start in range(1, decisions, AT_ONCE):
                some = range(start, min(start + AT_ONCE, decisions))
                await asyncio.gather(*(bench.clone(application, credit, one) for one in some))
            print(f"{decisions} decisions recorded in {time.perf_counter() - begun:.0f} s")
            await cast.home_registrar.write(
                "takes the certificate back",
                f"/v1/certifications/{certificate}:withdraw",
                {"expected_version": 1, "reason": "examination"},
            )
            return await measure(bench, decisions, given.revisions)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
