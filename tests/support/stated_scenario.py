"""What course and programme versions say, and what rules make of it, over REST."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from demo.story import course as teaching
from demo.story import recognition
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Answer, Person, World

Document = dict[str, Any]
NANJING = {"country": "CN", "province": "CN-JS", "city": "nanjing"}
LIMITS = {"pace_above": "2.00", "parallel_over_seconds": 5}
PROCESS = {"watched_share": "60.00", "limits": LIMITS}
EXAMINED = {
    "kind": "examination",
    "places": [{"kind": "city", "name": "nanjing"}],
    "proctored": True,
    "second_review": True,
}
WATCHED = {
    "kind": "process",
    "watched_share": "60.00",
    "limits": LIMITS,
    "bar": ["parallel", "pace"],
}
CATEGORY = {"kind": "category", "elective_by_compulsory": True}
CAP = {
    "kind": "share-cap",
    "unit": "courses",
    "of": {"by": "course-kind", "course_kind": "online"},
    "within": "degree",
    "at_most": "40.00",
}


def proposal(*, place: Document | None = None, process: Document | None = None) -> Document:
    """The story's course with its examination at a place, and a part about the process."""
    document = teaching.proposal(datetime.now(UTC), proctored=True)
    _, program, examination = document["parts"]
    if place is not None:
        examination["place"] = place
    if process is not None:
        program |= {"mode": "process", "process": process}
    return document


@dataclass(frozen=True)
class Ground:
    """A university that recognises, and its programme of a compulsory and an elective course."""

    world: World
    cast: Cast
    alpha: Decider

    @property
    def compulsory(self) -> str:
        """The course that the programme asks for."""
        return self.alpha.courses[0]

    @property
    def elective(self) -> str:
        """The course that it offers."""
        return self.alpha.courses[1]

    async def offer(self, **fields: Any) -> str:
        """An approved course of beta; its identifier."""
        cast = self.cast
        made = {name: fields.pop(name) for name in ("place", "process") if name in fields}
        return await offer(cast.teacher, cast.teaching_registrar, proposal(**made) | fields)

    async def propose(self, *mappings: Document, **fields: Any) -> str:
        """A version of a rule that nobody has voted on yet: what it would say can be asked."""
        document = recognition.rule(self.alpha, *mappings, **fields)
        path = "/v1/rules?answer_by=2999-01-01T00:00:00Z"
        proposed = await self.alpha.registrar.write("proposes a rule", path, document)
        return str(proposed["result"]["rule"])

    async def would(self, rule: str, *courses: str, **fields: Any) -> Answer:
        """What a rule would say if the student took these courses at beta."""
        body = {
            "programme": self.alpha.programme,
            "plan": [{"course": one, "mark": "82.50"} for one in courses],
        }
        path = f"/v1/rules/{rule}:evaluate"
        return await self.cast.student.post("asks what would count", path, body | fields)


async def offer(teacher: Person, registrar: Person, document: Document) -> str:
    """Propose a course and have it approved; its identifier."""
    proposed = await teacher.write("proposes a course", "/v1/courses", document)
    identifier = str(proposed["result"]["course"])
    checked = {"approve": True, "expected_version": 1}
    await registrar.write("approves it", f"/v1/courses/{identifier}:check", checked)
    return identifier


async def prepare(world: World, cast: Cast) -> Ground:
    """Two courses of alpha, in a programme that lists them and counts four."""
    registrar = cast.home_registrar
    teacher = await recognition.home_teacher(world, cast)
    plain = await recognition.decider(registrar, teacher, courses=2)
    listed = [
        {"course": one, "category": category, "groups": ["major"]}
        for one, category in zip(plain.courses, ("compulsory", "elective"), strict=True)
    ]
    body = {
        "title": "Informatics",
        "total": "24.00",
        "groups": [
            {"id": "major", "title": "Major", "at_least": "6.00"},
            {"id": "free", "title": "Free"},
        ],
        "courses": listed,
        "course_count": 4,
    }
    published = await registrar.write("publishes a programme", "/v1/programmes", body)
    programme = str(published["result"]["programme"])
    shown = await registrar.get("reads it", f"/v1/programmes/{programme}")
    assert (shown["courses"], shown["course_count"]) == (listed, 4)
    return Ground(world, cast, replace(plain, programme=programme))


async def recognised_by_what_is_stated(ground: Ground) -> str:
    """Place, process and category of an earned credit: decided without anybody's word."""
    cast, alpha = ground.cast, ground.alpha
    offered = await ground.offer(
        place=NANJING | {"member": "betaMSP"}, process=PROCESS, category="compulsory"
    )
    credit = await recognition.earn(ground.world, cast, offered)
    document = recognition.rule(
        alpha,
        recognition.mapping("m", [offered], ground.elective),
        demands=[EXAMINED, WATCHED, CATEGORY, CAP],
    )
    rule = await recognition.adopt(alpha, cast.teaching_registrar, document)
    identifier = await recognition.apply(cast.student, alpha, rule, credit)
    found = await recognition.settled(cast.student, identifier, "redeemed")
    assert found["holds"] == "recognised"
    decision = await cast.student.get("reads why", f"/v1/decisions/{found['decision']}")
    assert decision["revisions"][0]["automatic"]
    nodes = {node["code"]: node for node in walk(decision["explanation"])}
    assert nodes["examination-place"]["found"] == {
        "sat_at": ["member", "province cn-js", "city nanjing"]
    }
    assert nodes["watched-share"]["found"] == {"share": "60.00"}
    assert nodes["process-flag"]["found"] == {"raised": False}
    assert nodes["home-course-in-programme"]["finding"] == "fulfilled"
    key = recognition.key(offered)
    assert key in [source["record"] for source in nodes["examination-place"]["where"]]
    replayed = await alpha.registrar.get("replays", f"/v1/decisions/{found['decision']}/replay")
    assert replayed["identical"] is True
    return identifier


def walk(node: Document) -> list[Document]:
    """A node of an explanation and all below it."""
    return [node, *(one for child in node["children"] for one in walk(child))]
