"""A learning agreement on the sandbox: alpha is home, beta is host, gamma looks on."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.qualification.programme import Group, Programme, ProgrammeContent
from chaincode.domain.qualification.term import Term, TermContent
from chaincode.domain.record import Record
from tests.support.certificates import MSP_IDS, START
from tests.support.life import Document, course_content
from tests.support.records import text_of
from tests.support.world import HOME, TEACHING, Invalid, Person, Refused, World

TERM_CONTENT = TermContent(
    title="Winter 2026",
    academic_year="2026/27",
    starts_on=date(2026, 9, 1),
    ends_on=date(2027, 2, 12),
    time_zone="Europe/Berlin",
    change_weeks=5,
    answer_weeks=2,
    transcript_weeks=5,
    recognition_weeks=5,
)


@dataclass
class Stage:
    """A world with courses on both sides, a programme, a term, rules, and one agreement."""

    world: World
    home: str = HOME
    host: str = TEACHING
    key: str = ""
    courses: dict[str, str] = field(default_factory=dict)
    """Ledger keys by a short name: "host-1", "home-1"."""
    programme: str = ""
    term: str = ""
    rules: str = ""

    @classmethod
    async def built(cls, world: World, *, home: str = HOME, host: str = TEACHING) -> Self:
        """Everything that an agreement refers to."""
        stage = cls(world, home, host)
        stage.key = record_key(Kind.AGREEMENT, home, world.identifier())
        for name in {home.removesuffix("MSP"), host.removesuffix("MSP")}:
            await world.join(f"teacher@{name}", "teacher")
        for number in (1, 2, 3):
            stage.courses[f"host-{number}"] = await stage.course(host)
            stage.courses[f"home-{number}"] = await stage.course(home)
        await stage._refer()
        return stage

    async def course(self, owner: str) -> str:
        """An approved course; its key."""
        name = owner.removesuffix("MSP")
        identifier = self.world.identifier()
        window = {
            "opens": text_of(START - timedelta(days=1)),
            "closes": text_of(START + timedelta(days=90)),
        }
        await self.submit(
            self.world.people[f"teacher@{name}"],
            "ProposeCourse",
            {"course": identifier, "number": 1} | course_content(**window),
        )
        key = record_key(Kind.COURSE, owner, identifier, 1)
        await self.submit(
            self.world.people[f"registrar@{name}"],
            "CheckCourse",
            {"course": key, "expected_version": 1, "approve": True},
        )
        return key

    async def _refer(self) -> None:
        world, home, host = self.world, self.home, self.host
        registrar = world.people[f"registrar@{home.removesuffix('MSP')}"].account
        self.programme = record_key(Kind.PROGRAMME, home, world.identifier(), 1)
        self.term = record_key(Kind.TERM, host, world.identifier())
        self.rules = record_key(Kind.SERIES, home, world.identifier())
        made = {"by": registrar, "at": START, "operation": world.identifier()}
        content = ProgrammeContent(
            title="Informatics",
            granted_by=home,
            total=18_000,
            groups=(Group(id="major", title="Major", at_least=12_000),),
        )
        records: tuple[Record, ...] = (
            Programme.published(self.programme, content, **made),
            Term.published(self.term, host, TERM_CONTENT, **made),
        )
        stored = {record.key: record.encode() for record in records}
        stored[self.rules] = b'{"key":"%b","kind":"series"}' % self.rules.encode()
        await world.forge(stored, by=MSP_IDS)

    @property
    def agreement(self) -> Agreement:
        """The agreement as it stands."""
        return self.world.record(Agreement, self.key)

    async def submit(
        self, by: Person, function: str, arguments: Document, **options: Any
    ) -> Document:
        """Write, under an operation of its own."""
        document = {"operation": self.world.identifier()} | arguments
        return await self.world.submit(by, function, document, **options)

    async def refused(
        self, by: Person, function: str, arguments: Document, **options: Any
    ) -> Refused:
        """Try to write what the contract refuses."""
        try:
            await self.submit(by, function, arguments, **options)
        except Refused as refused:
            return refused
        raise AssertionError(f"{function} was not refused")

    def tables(self, host: tuple[int, ...] = (1, 2), home: tuple[int, ...] = (1,)) -> Document:
        """Both tables, with the digests that stand on the ledger."""
        return {
            "table_a": [self.row(f"host-{number}") for number in host],
            "table_b": [self.row(f"home-{number}") | {"credits": 600} for number in home],
        }

    def row(self, course: str) -> Document:
        """A row of table A."""
        key = self.courses[course]
        return {"course": key, "digest": self.world.stored(key)["digest"]}

    def proposal(self, **changes: Any) -> Document:
        """The arguments of ProposeAgreement."""
        return {
            "agreement": self.key.rpartition("/")[2],
            "programme": self.programme,
            "programme_digest": self.world.stored(self.programme)["digest"],
            "term": self.term,
            "rules": self.rules,
            "answer_by": self.world.after(days=14),
            "late_reason": None,
        } | (self.tables() | changes)

    def change(self, *host: int, **changes: Any) -> Document:
        """The arguments of ProposeAgreementChange: these courses of the host instead."""
        return {
            "agreement": self.key,
            "expected_version": self.world.version(self.key),
            "kind": "change",
            "answer_by": self.world.after(days=14),
            "late_reason": None,
        } | (self.tables(host or (1, 3)) | changes)

    def cancellation(self, **changes: Any) -> Document:
        """The arguments of ProposeAgreementChange: the end."""
        return self.change(kind="cancel", table_a=[], table_b=[]) | changes

    def seen(self, **changes: Any) -> Document:
        """What an answer names: the agreement as it is now."""
        agreement = self.agreement
        last = agreement.versions[-1]
        return {
            "agreement": self.key,
            "expected_version": agreement.version,
            "number": last.number,
            "digest": last.digest,
        } | changes

    def approval(self, **changes: Any) -> Document:
        """The arguments of ApproveAgreement."""
        return self.seen() | {"approve": True, "reason": None} | changes

    def person(self, party: str) -> Person:
        """Who speaks for student, host or home by default."""
        if party == "student":
            return self.world.people["student"]
        return self.world.people[f"registrar@{getattr(self, party).removesuffix('MSP')}"]

    async def propose(self, **changes: Any) -> None:
        """The student proposes the first version."""
        await self.submit(self.person("student"), "ProposeAgreement", self.proposal(**changes))

    async def approve(self, *parties: str) -> None:
        """These approve what they see."""
        for party in parties:
            await self.submit(self.person(party), "ApproveAgreement", self.approval())

    async def agree(self) -> None:
        """All three agree on a first version."""
        await self.propose()
        await self.approve("host", "home")

    def statuses(self) -> list[str]:
        """Of every version."""
        return [version.status.value for version in self.agreement.versions]

    async def forged(self, record: Record, *by: str, **options: Any) -> str:
        """Why a record written past every contract by these members' peers is invalid."""
        try:
            await self.world.overwrite(record, by=by, **options)
        except Invalid as invalid:
            return invalid.code
        return "VALID"
