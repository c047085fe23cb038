"""Rules over REST: propose, vote, close, withdraw, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from chaincode.domain.values import Instant, MspId, RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import RuleId, key_of
from gateway.api.documents.rules import (
    BrokenRuleList,
    CloseBallotBody,
    RuleBody,
    RuleList,
    RuleView,
    VoteBody,
    WithdrawRuleBody,
)
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.rules import Rules

router = APIRouter(prefix="/v1", tags=["rules"], route_class=StrictRoute)
RulesDep = Annotated[Rules, Depends(service(Rules))]
RulePath = Annotated[RuleId, Path()]


@router.post("/rules", responses=WRITES)
async def propose_rule(  # noqa: PLR0917 - FastAPI names them all
    body: RuleBody,
    person: PersonDep,
    write: WriteDep,
    rules: RulesDep,
    answer_by: Annotated[Instant, Query(description="Until when the others vote.")],
    previous: Annotated[
        RuleId | None, Query(description="The version of an own rule that this one follows.")
    ] = None,
) -> JSONResponse:
    """Propose a rule, and so vote for it (a registrar; a supervisor for a framework).

    The body is the rule document as it stands in a file, at most 512 KiB.
    """
    view = await rules.propose(
        person,
        body,
        answer_by=answer_by,
        previous=key_of(Kind.RULE, previous) if previous else None,
        write=write,
    )
    return answer(view)


@router.get("/rules")
async def list_rules(
    person: PersonDep,
    rules: RulesDep,
    member: Annotated[MspId | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> RuleList:
    """The rules that a member proposed, the own one unless another is named."""
    return RuleList.of(await rules.page(member or person.msp_id, after=after))


@router.get("/rules/{rule}")
async def read_rule(rule: RulePath, person: PersonDep, rules: RulesDep) -> RuleView:
    """One version of a rule: content, ballot, votes, and the days on which it is in force."""
    del person
    return RuleView.of(await rules.read(key_of(Kind.RULE, rule)))


@router.get("/rules/{rule}/broken")
async def list_broken_rules(
    rule: RulePath,
    person: PersonDep,
    rules: RulesDep,
    member: Annotated[MspId | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> BrokenRuleList:
    """Which rules of a member break this framework, in force or proposed."""
    page = await rules.broken(key_of(Kind.RULE, rule), member or person.msp_id, after=after)
    return BrokenRuleList.of(page)


@router.post("/rules/{rule}:vote", responses=WRITES)
async def vote_on_rule(
    rule: RulePath, body: VoteBody, person: PersonDep, write: WriteDep, rules: RulesDep
) -> JSONResponse:
    """Vote for the own member on the content that you have seen; once, and never changed."""
    view = await rules.vote(
        person,
        key_of(Kind.RULE, rule),
        rule_digest=body.rule_digest,
        approve=body.approve,
        reason=body.reason,
        write=write,
    )
    return answer(view)


@router.post("/rules/{rule}:close", responses=WRITES)
async def close_ballot(
    rule: RulePath, body: CloseBallotBody, person: PersonDep, write: WriteDep, rules: RulesDep
) -> JSONResponse:
    """Have the votes counted: the rule is adopted or refused."""
    view = await rules.close(
        person, key_of(Kind.RULE, rule), expected_version=body.expected_version, write=write
    )
    return answer(view)


@router.post("/rules/{rule}:withdraw", responses=WRITES)
async def withdraw_rule(
    rule: RulePath, body: WithdrawRuleBody, person: PersonDep, write: WriteDep, rules: RulesDep
) -> JSONResponse:
    """Take a proposal of the own member back while its ballot is open."""
    view = await rules.withdraw(
        person, key_of(Kind.RULE, rule), expected_version=body.expected_version, write=write
    )
    return answer(view)
