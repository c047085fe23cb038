"""What holds after the story of rules, wherever it was played."""

from demo.story import course, rules
from demo.story.cast import Cast
from demo.story.rules import Agreed
from demo.world import Person, World


async def play(world: World, cast: Cast, supervisor: Person) -> Agreed:
    """The story, on a course of its own."""
    return await rules.play(world, cast, supervisor, await course.play(world, cast))


async def the_rule_is_in_force(cast: Cast, rule: str) -> None:
    """Every member's own peer says the same of the rule."""
    readers = (cast.home_registrar, cast.teaching_registrar, cast.verifying_registrar)
    found = [await reader.get("looks", f"/v1/rules/{rule}") for reader in readers]
    for one in found:
        assert one["ballot"]["status"] == "adopted"
        assert one["in_force"] == [{"first": one["content"]["valid"]["first"], "last": None}]
        said = {vote["member"]: vote["approve"] for vote in one["ballot"]["votes"]}
        assert said == {"alphaMSP": True, "betaMSP": False, "gammaMSP": True}
    assert len({one["digest"] for one in found}) == 1


async def what_was_taken_back_stays(cast: Cast, agreed: Agreed) -> None:
    second = f"{agreed.rule.removesuffix('~1')}~2"
    for rule in (second, agreed.framework):
        found = await cast.teaching_registrar.get("looks", f"/v1/rules/{rule}")
        assert (found["ballot"]["status"], found["in_force"]) == ("withdrawn", [])
    listed = await cast.verifying_registrar.get("looks", "/v1/rules?member=alphaMSP")
    (mine,) = [one for one in listed["rules"] if one["latest"] == second]
    assert [one["id"] for one in mine["adopted"]] == [agreed.rule]
    certificate = await cast.home_registrar.get(
        "looks", f"/v1/certifications/{agreed.certification}"
    )
    assert (certificate["status"], certificate["withdrawal"]["reason"]) == (
        "withdrawn",
        "examination",
    )


async def strangers_are_refused(cast: Cast, rule: str) -> None:
    """A teacher and a student neither vote nor close; the registrar beside them would."""
    found = await cast.home_registrar.get("looks", f"/v1/rules/{rule}")
    body = {"rule_digest": found["digest"], "approve": True}
    for person in (cast.teacher, cast.student, cast.reviewer):
        await person.refused(
            "would vote", "POST", f"/v1/rules/{rule}:vote", body=body, code="not-permitted"
        )
    await cast.teaching_registrar.refused(
        "would take back what alpha proposed",
        "POST",
        f"/v1/rules/{rule}:withdraw",
        body={"expected_version": found["ballot"]["version"]},
        code="not-party",
    )
    await cast.home_registrar.refused(
        "would take back what is in force",
        "POST",
        f"/v1/rules/{rule}:withdraw",
        body={"expected_version": found["ballot"]["version"]},
        code="ballot-closed",
    )
