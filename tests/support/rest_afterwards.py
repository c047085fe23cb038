"""What may follow on a credit that counts: every operation that the story does without."""

from demo.story import corrections, transfer
from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import bulk_scenario as bulk


async def notices(student: Person) -> None:
    """She has seen what the correction changed."""
    inbox = await student.get("looks", "/v1/inbox")
    await student.post("has seen", f"/v1/inbox/{inbox['notices'][0]['id']}:seen")


async def progress(student: Person, programme: str) -> None:
    """How far she is towards the degree."""
    await student.get("looks how far she is", f"/v1/progress?programme={programme}")


async def moves(world: World, cast: Cast, credit: str) -> None:
    """A credit goes along to another home."""
    arrived = await transfer.enter(world, cast)
    account = await transfer.prepare(arrived)
    moving = await transfer.request(cast.student, arrived, account, credit)
    await transfer.release(cast.home_registrar, moving)
    await cast.home_registrar.write("hands over", f"/v1/transfers/{moving}:hand-over", {})
    await transfer.accept(cast.verifying_registrar, moving)
    await cast.student.get("lists", "/v1/transfers")


async def leaves(world: World, registrar: Person) -> None:
    """Somebody is shut out; and the registrar's passphrase may have been seen."""
    leaving = await world.visitor("alpha").post(
        "applies",
        "/v1/applications",
        {"role": "student", "login": f"leaving.{world.suffix}", "name": "Leaves Soon"},
        expect=201,
    )
    approval = await registrar.write(
        "approves", f"/v1/applications/{leaving['id']}:approve", {"identity_verified": True}
    )
    await registrar.write("closes", f"/v1/people/{approval['result']['person']}:close", {})
    passphrase = world.staff["alpha", "registrar-1"].passphrase
    changed = await registrar.gateway.client.post(
        "/v1/me:change-passphrase",
        json={"passphrase": passphrase, "new_passphrase": f"{passphrase} and more"},
        headers=registrar.authorization,
    )
    assert changed.status_code == 204


async def grades(cast: Cast, credit: str) -> None:
    """A teacher corrects in bulk, and home accepts in bulk."""
    teacher, registrar = cast.teacher, cast.home_registrar
    unwanted = await bulk.plan(teacher, "grades", {"grades": [bulk.grade(credit, "61.00")]})
    await teacher.get("lists the plans", "/v1/bulk-plans")
    gone = await teacher.gateway.client.delete(
        f"/v1/bulk-plans/{unwanted['id']}", headers=teacher.authorization
    )
    assert gone.is_success
    planned = await bulk.plan(teacher, "grades", {"grades": [bulk.grade(credit, "85.00")]})
    await bulk.items(teacher, planned)
    await bulk.execute(teacher, planned)
    await bulk.execute(registrar, await bulk.plan(registrar, "corrections", {"credits": [credit]}))


async def rulings(supervisor: Person, course: str, credit: str) -> None:
    """The credits of a course are suspended, and one is restored."""
    plan = await supervisor.post(
        "plans",
        "/v1/rulings:plan",
        {"course": course, "ruling": "suspend", "reason": "course-irregular"},
    )
    await bulk.execute(supervisor, plan)
    await supervisor.get("looks who ignores it", "/v1/redemptions/stale")
    await corrections.rule(supervisor, credit, "lift", "unfounded")
