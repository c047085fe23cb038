"""Learning: apply under a pseudonym, be admitted, hand in sealed work, be graded."""

from dataclasses import dataclass
from typing import Any

from demo.story.cast import TEACHING, Cast
from demo.story.course import ESSAY, EXAMINATION, PROGRAM
from demo.world import Answer, Person, World

PHASE = "learning"
MARKS = {ESSAY: "82.50", PROGRAM: "91.00", EXAMINATION: "76.00"}
FINAL_MARK = "82.50"
"""0.30 of 82.50, 0.30 of 91.00, 0.40 of 76.00 is 82.45: half a point steps make it 82.50."""


class WorkDiffers(Exception):
    """A gateway gave other work than was handed in."""


@dataclass(frozen=True, slots=True)
class Learned:
    """An enrolment with all parts graded."""

    enrolment: str


async def play(world: World, cast: Cast, course: str) -> Learned:
    """From the application to the last reviewed grade."""
    world.phase = PHASE
    enrolment = await enrol(world, cast, course)
    await take_parts(world, cast, enrolment)
    await receive(cast.student, world, enrolment, EXAMINATION)
    await cast.student.get("reads the grades", f"/v1/enrolments/{enrolment}/grades")
    return Learned(enrolment)


async def take_parts(world: World, cast: Cast, enrolment: str) -> None:
    """Hand in and grade every part; the offline one is reviewed."""
    for part in (ESSAY, PROGRAM):
        await hand_in(cast, enrolment, part)
        await receive(cast.teacher, world, enrolment, part)
        await grade(cast.teacher, enrolment, part)
    await scan(cast, enrolment)
    await grade(cast.teacher, enrolment, EXAMINATION)
    await review(cast.teaching_registrar, enrolment)


async def enrol(world: World, cast: Cast, course: str) -> str:
    """Apply and be admitted; the enrolment's identifier."""
    offered = await cast.student.until(
        "finds the course of another university",
        f"/v1/courses?member={world.gateways[TEACHING].msp_id}&status=approved",
        lambda found: course in _digests(found),
        what="the course at the student's university",
    )
    applied = await cast.student.write(
        "applies, under a pseudonym and certificate made for beta alone",
        "/v1/enrolments",
        {"course": course, "course_digest": _digests(offered)[course]},
    )
    enrolment: str = applied["result"]["enrolment"]
    seen = await cast.teacher.until(
        "sees the application; the enrolment's key has arrived",
        f"/v1/enrolments/{enrolment}",
        lambda found: bool(found["ready"]),
        what="the enrolment's key at the teaching university",
    )
    await cast.teacher.write(
        "admits the student: LearnCourse",
        f"/v1/enrolments/{enrolment}:learn",
        {"admit": True, "expected_version": seen["version"]},
    )
    return enrolment


def _digests(offered: Answer) -> dict[str, str]:
    return {one["id"]: one["digest"] for one in offered["courses"]}


async def hand_in(cast: Cast, enrolment: str, part: str) -> None:
    """The student hands in a file for a part."""
    file = cast.student.world.work[part]
    await cast.student.upload(
        f"hands in {file.name}, sealed to teacher and university: WorkUpload",
        f"/v1/enrolments/{enrolment}/work?part={part}",
        file,
    )


async def scan(cast: Cast, enrolment: str) -> None:
    """The teacher hands in the scanned page of the offline part."""
    await cast.teacher.upload(
        "uploads the scanned examination page: WorkUpload",
        f"/v1/enrolments/{enrolment}/work?part={EXAMINATION}",
        cast.teacher.world.work[EXAMINATION],
    )


async def receive(person: Person, world: World, enrolment: str, part: str) -> int:
    """Wait for a part's work, open it, and compare it with the file; its number."""
    listing = await person.until(
        f"sees the work for {part} arrive",
        f"/v1/enrolments/{enrolment}/work",
        lambda found: bool((entry := latest(found, part)) and entry["here"]),
        what=f"the sealed work for {part}",
    )
    number: int = _present(latest(listing.document, part))["number"]
    path = f"/v1/enrolments/{enrolment}/work/{number}/content"
    await open_and_compare(person, path, world, part)
    return number


async def open_and_compare(person: Person, path: str, world: World, part: str) -> None:
    """Open work, and hold it to the file that was handed in.

    Raises:
        WorkDiffers: it is another file.
    """
    found = await person.get(f"opens {part}: it is what was committed", path)
    file = world.work[part]
    if found.content != file.content:
        raise WorkDiffers(f"{path} gave other bytes than {file.name}")


async def grade(teacher: Person, enrolment: str, part: str) -> None:
    """The teacher grades the latest work of a part."""
    grades = await teacher.get("reads the grades so far", f"/v1/enrolments/{enrolment}/grades")
    await teacher.write(
        f"grades {part}: AddGrade",
        f"/v1/enrolments/{enrolment}/grades",
        {"part": part, "mark": MARKS[part], "expected_version": grades["version"]},
    )


async def review(registrar: Person, enrolment: str) -> None:
    """A second person approves the grade of the offline part."""
    grades = await registrar.get("reads the grades", f"/v1/enrolments/{enrolment}/grades")
    entry = _present(latest(grades.document, EXAMINATION))
    await registrar.write(
        "reviews the offline grade on the second level",
        f"/v1/enrolments/{enrolment}/grades/{entry['number']}:review",
        {"outcome": "approved", "expected_version": grades["version"]},
    )


def latest(listing: Any, part: str) -> Any:
    """The last entry of a part in a list of work or grades; None where there is none."""
    entries = [entry for entry in listing["entries"] if entry["part"] == part]
    return entries[-1] if entries else None


def _present(entry: Any) -> Any:
    if entry is None:
        raise LookupError("the listing has no entry for the part")
    return entry
