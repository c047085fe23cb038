"""The learning agreement over REST, one text for the sandbox and for Fabric."""

import asyncio
from typing import Any

from demo.story import agreement as story
from demo.story.agreement import Ground
from demo.story.cast import Cast
from demo.world import Person, World


async def agree_and_swap(world: World, cast: Cast, ground: Ground) -> str:
    """The story, and what each party sees of it; the agreement's identifier."""
    identifier = await story.play(world, cast, ground)
    path = f"/v1/agreements/{identifier}"
    views = [
        await person.get("looks", path)
        for person in (cast.student, cast.teaching_registrar, cast.home_registrar)
    ]
    assert [view["you_are"] for view in views] == [["student"], ["host"], ["home"]]
    shared = [{k: v for k, v in view.document.items() if k != "you_are"} for view in views]
    assert shared[0] == shared[1] == shared[2]
    found = shared[0]
    assert (found["home"], found["host"]) == ("alphaMSP", "betaMSP")
    assert [version["status"] for version in found["versions"]] == [
        "superseded",
        "refused",
        "in-force",
    ]
    assert found["in_force"] == 3
    assert found["versions"][1]["answers"]["host"]["reason"] == "course-full"
    agreed = found["versions"][2]
    assert [row["course"] for row in agreed["table_a"]] == [ground.host[1], ground.host[2]]
    assert [(row["course"], row["credits"]) for row in agreed["table_b"]] == [
        (ground.home[0], "6.00")
    ]
    assert all(agreed["answers"][party]["approve"] for party in ("student", "host", "home"))
    return identifier


async def conflict_says_what_changed(cast: Cast, ground: Ground) -> None:
    """A stale approval is a 409 with the rows; the same party then approves what is there."""
    identifier = await story.propose(cast, ground, 0, 1)
    path = f"/v1/agreements/{identifier}"
    stale = await story.seen(cast.home_registrar, identifier)
    await cast.student.write("withdraws", f"{path}:withdraw", stale)
    again = ground.tables(1, 2) | {"kind": "first"}
    await story.change(cast.student, identifier, "proposes other courses", **again)
    refused = await cast.home_registrar.refused(
        "approves what was withdrawn",
        "POST",
        f"{path}:approve",
        body=stale,
        code="version-conflict",
    )
    assert refused.status in {200, 409}
    problem = refused.document if refused.status == 409 else refused["problem"]
    assert (problem["status"], problem["field"]) == (409, "/number")
    facts = problem["facts"]
    assert facts["named"] == stale
    assert (facts["current"]["number"], facts["current"]["status"]) == (2, "proposed")
    added = [row["course"] for row in facts["added"]["table_a"]]
    removed = [row["course"] for row in facts["removed"]["table_a"]]
    assert added == [f"course/{ground.host[2].replace('~', '/')}"]
    assert removed == [f"course/{ground.host[0].replace('~', '/')}"]
    assert (facts["added"]["table_b"], facts["removed"]["table_b"]) == ([], [])
    await story.approve(cast.home_registrar, identifier)
    await story.approve(cast.teaching_registrar, identifier)
    found = await cast.student.get("looks", path)
    assert [version["status"] for version in found["versions"]] == ["withdrawn", "in-force"]


async def who_is_awaited_until_when(cast: Cast, ground: Ground) -> None:
    """The list says whose answer is missing, and until when."""
    identifier = await story.propose(cast, ground, 0)
    await story.approve(cast.home_registrar, identifier)
    for person, awaited in (
        (cast.student, False),
        (cast.teaching_registrar, True),
        (cast.home_registrar, False),
    ):
        found = await _listed(person, identifier)
        assert found["your_answer"] is awaited
        assert found["versions"][0]["awaited"] == ["host"]
        assert found["versions"][0]["answer_by"] > found["versions"][0]["proposed_at"]
    version = await story.seen(cast.teaching_registrar, identifier)
    await cast.teaching_registrar.write(
        "refuses", f"/v1/agreements/{identifier}:refuse", version | {"reason": "other"}
    )
    found = await _listed(cast.student, identifier)
    assert (found["versions"][0]["awaited"], found["versions"][0]["status"]) == ([], "refused")


async def late_changes_need_a_reason(cast: Cast, ground: Ground) -> None:
    """In a term whose window is over, a proposal says why it comes so late."""
    late = ground.proposal(0) | {"term": ground.past_term}
    refused = await cast.student.refused(
        "proposes without a reason", "POST", "/v1/agreements", body=late, code="invalid-argument"
    )
    assert refused.document["field"] == "/late_reason"
    proposed = await cast.student.write(
        "says why", "/v1/agreements", late | {"late_reason": "longer-stay"}
    )
    identifier = proposed["result"]["agreement"]
    await story.arrived(cast, identifier)
    for person in (cast.home_registrar, cast.teaching_registrar):
        await story.approve(person, identifier)
    found = await cast.student.get("looks", f"/v1/agreements/{identifier}")
    assert found["in_force"] == 1
    assert found["versions"][0]["late_reason"] == "longer-stay"
    in_time = ground.proposal(0) | {"late_reason": "longer-stay"}
    await cast.student.refused(
        "has a reason without need",
        "POST",
        "/v1/agreements",
        body=in_time,
        code="invalid-argument",
    )


async def the_end_is_agreed_upon(cast: Cast, identifier: str) -> None:
    """Cancelled as a version that all three approve; nothing follows."""
    await story.cancel(cast, identifier)
    found = await cast.student.get("looks", f"/v1/agreements/{identifier}")
    assert found["cancelled"]
    assert [version["status"] for version in found["versions"]][-2:] == ["withdrawn", "in-force"]
    await cast.student.refused(
        "changes what has ended",
        "POST",
        f"/v1/agreements/{identifier}:change",
        body={"expected_version": found["version"], "kind": "change"},
        code="wrong-state",
    )


async def two_answers_at_once(cast: Cast, ground: Ground) -> None:
    """Host and home answer in the same moment: none is lost, whoever comes second may repeat."""
    identifier = await story.propose(cast, ground, 0)
    people = (cast.teaching_registrar, cast.home_registrar)
    version = await story.seen(cast.home_registrar, identifier)
    path = f"/v1/agreements/{identifier}:approve"
    headers = {"Prefer": "wait=30"}
    answers = await asyncio.gather(
        *(
            person.gateway.client.post(
                path, json=version, headers=person.authorization | headers, timeout=60
            )
            for person in people
        )
    )
    assert {answer.status_code for answer in answers} in ({200}, {200, 409})
    for person, answer in zip(people, answers, strict=True):
        if answer.status_code == 409:
            problem = answer.json()
            assert problem["type"].endswith(":version-conflict")
            assert problem["facts"]["current"]["digest"] == version["digest"]
            assert problem["facts"]["added"] == {"table_a": [], "table_b": []}
            await person.write("approves again", path, version)
    found = await cast.student.get("looks", f"/v1/agreements/{identifier}")
    assert found["in_force"] == 1


async def strangers_are_refused(
    cast: Cast, ground: Ground, strangers: dict[str, tuple[Person, str]]
) -> None:
    """Everybody else is refused with the exact code; the right parties then succeed.

    Args:
        cast: the three parties.
        ground: what the agreement refers to.
        strangers: people by a name, each with the code that they meet.
    """
    identifier = await story.propose(cast, ground, 0, 2)
    path = f"/v1/agreements/{identifier}"
    version = await story.seen(cast.home_registrar, identifier)
    calls: list[tuple[str, dict[str, Any]]] = [
        (":approve", version),
        (":refuse", version | {"reason": "other"}),
        (":withdraw", version),
        (":change", {"expected_version": 1, "kind": "cancel"}),
    ]
    for person, code in strangers.values():
        for action, body in calls:
            await person.refused("meddles", "POST", path + action, body=body, code=code)
        await person.refused("reads", "GET", path, code=code)
    for registrar in (cast.home_registrar, cast.teaching_registrar):
        await registrar.refused(
            "proposes for the student",
            "POST",
            "/v1/agreements",
            body=ground.proposal(0),
            code="not-permitted",
        )
        await registrar.refused(
            "takes back the student's proposal",
            "POST",
            f"{path}:withdraw",
            body=version,
            code="not-party",
        )
    await story.approve(cast.home_registrar, identifier)
    for again in (":approve", ":refuse"):
        body = await story.seen(cast.home_registrar, identifier)
        body |= {"reason": "other"} if again == ":refuse" else {}
        await cast.home_registrar.refused(
            "answers a second time, as if for the host or the student",
            "POST",
            path + again,
            body=body,
            code="wrong-state",
        )
    found = await cast.student.get("looks", path)
    assert found["versions"][0]["answers"]["host"] is None
    await story.approve(cast.teaching_registrar, identifier)
    found = await cast.student.get("looks", path)
    assert found["in_force"] == 1


async def a_member_reads_the_record(outsider: Person, identifier: str) -> None:
    """Inside a channel everything is open to each member; nothing in it is personal."""
    found = await outsider.get("reads the ledger", f"/v1/records/agreement/{identifier}")
    assert found["record"]["student"].startswith("account/alphaMSP/")


async def _listed(person: Person, identifier: str) -> dict[str, Any]:
    found = await person.get("lists", "/v1/agreements")
    one: dict[str, Any] = next(one for one in found["agreements"] if one["id"] == identifier)
    return one
