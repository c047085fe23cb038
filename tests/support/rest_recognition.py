"""What the story of recognition does without: the operations on what waits for a person."""

from chaincode.domain.commands.decisions import ConfirmDecision
from chaincode.domain.decision import ConfirmationReason, DecisionOutcome
from demo.story import recognition as story
from demo.story.cast import Cast
from demo.world import Answer, Person, World
from gateway.api.examples import EXAMPLES as BODIES
from gateway.model.people import Account
from gateway.sandbox import SandboxWorld
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id


async def play(sandbox: SandboxWorld, world: World, cast: Cast) -> str:
    """Ask, take it back, ask again, plan, confirm, redeem, grant; the credit's identifier."""
    student, registrar = cast.student, cast.home_registrar
    offered = await story.offer(cast.teacher, cast.teaching_registrar)
    alpha = await story.decider(registrar, cast.home_teacher)
    mapping = story.mapping("always", [offered], alpha.courses[0])
    always = story.rule(alpha, mapping, confirmation={"always": True})
    rule = await story.adopt(alpha, cast.teaching_registrar, always)
    earned = await story.earn(world, cast, offered)
    first = await story.apply(student, alpha, rule, earned)
    await story.decided(registrar, first, "awaiting-confirmation")
    await student.get("lists", "/v1/recognitions")
    await student.write("takes it back", f"/v1/recognitions/{first}:withdraw", {})
    await story.decided(registrar, first, "withdrawn")
    refused = await story.apply(student, alpha, rule, earned)
    decision = await story.decided(registrar, refused, "awaiting-confirmation")
    await story.confirm(registrar, decision["id"], "refused", "evidence-doubted")
    await story.settled(student, refused, "released")
    second = await story.apply(student, alpha, rule, earned)
    await story.decided(registrar, second, "awaiting-confirmation")
    await _state(registrar, second, earned)
    waiting = await story.decided(registrar, second, "awaiting-confirmation")
    await registrar.get("lists", "/v1/decisions?status=awaiting-confirmation")
    # Her word alone reaches the ledger, as where something came between it and the redemption.
    await _confirmed_alone(sandbox, registrar, waiting)
    await registrar.write("redeems", f"/v1/decisions/{waiting['id']}:redeem", {})
    await story.settled(student, second, "redeemed")
    await registrar.write("grants", f"/v1/decisions/{waiting['id']}:grant", {})
    return earned


async def _state(registrar: Person, application: str, earned: str) -> None:
    """A study plan with something in each of its fields."""
    published = await registrar.write("publishes", "/v1/terms", BODIES["publish_term"])
    term = published["result"]["term"]
    stated = {
        "terms": [{"term": term, "courses": 5, "credits": "30.00"}],
        "credits": [
            {"credit": earned, "term": term, "groups": ["major"], "traits": ["accredited"]}
        ],
        "degree": {"courses": 30, "credits": "180.00"},
    }
    path = f"/v1/recognitions/{application}"
    await registrar.post("states", f"{path}:plan", stated)
    await registrar.get("reads", f"{path}/plan")


async def _confirmed_alone(sandbox: SandboxWorld, registrar: Person, decision: Answer) -> None:
    core = sandbox.gateways["alpha"].core
    me = await registrar.get("looks", "/v1/me")
    account = f"account/{me['account'].replace('~', '/')}"
    async with core.database.reading() as session:
        row = await session.get(Account, account)
    assert row is not None
    command = ConfirmDecision(
        operation=new_id(),
        decision=f"decision/{decision['id'].replace('~', '/')}",
        expected_version=decision["version"],
        outcome=DecisionOutcome.RECOGNISED,
        reason=ConfirmationReason.JUDGEMENT,
    )
    view = await core.operations.accept(
        Intent(
            operation=command.operation,
            kind="confirm-decision",
            request=WriteRequest(row.person, None, "0" * 64, wait_seconds=20),
            calls=(LedgerCall(account, command),),
        )
    )
    assert view.problem is None
