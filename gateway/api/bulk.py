"""Plans in bulk over REST: count and list, look, carry out as listed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, PollDep, WaitDep, service
from gateway.api.documents.bulk import BulkItemList, BulkPlanHead, BulkPlanList, BulkPlanView
from gateway.api.documents.bulk_bodies import (
    ExecuteBulkPlanBody,
    PlanCorrectionsBody,
    PlanGradesBody,
    PlanRulingsBody,
)
from gateway.api.strict import StrictRoute, digits
from gateway.model.bulk import BulkKind, BulkStatus
from gateway.services.bulk.plan import MAX_ITEMS
from gateway.services.bulk.plans import BulkPlans

router = APIRouter(prefix="/v1", tags=["bulk"], route_class=StrictRoute)
BulkDep = Annotated[BulkPlans, Depends(service(BulkPlans))]
PlanPath = Annotated[RandomId, Path()]
Position = Annotated[int, Field(ge=0, le=MAX_ITEMS), BeforeValidator(digits), Query()]
_EXECUTES: dict[int | str, dict[str, Any]] = {
    200: {"model": BulkPlanView, "description": "Everything is committed or refused."},
    202: {"model": BulkPlanView, "description": "Under way; how far it is stands at Location."},
}


@router.post("/grades:plan")
async def plan_grades(body: PlanGradesBody, person: PersonDep, bulk: BulkDep) -> BulkPlanView:
    """Count and list what grades would be entered or corrected (a teacher, of her own students).

    Nothing is written to the ledger.
    """
    return BulkPlanView.of(await bulk.plan(person, BulkKind.GRADES, body.asked()))


@router.post("/corrections:plan")
async def plan_corrections(
    body: PlanCorrectionsBody, person: PersonDep, bulk: BulkDep
) -> BulkPlanView:
    """Count and list what corrections would be accepted (home's registrar)."""
    return BulkPlanView.of(await bulk.plan(person, BulkKind.CORRECTIONS, body.asked()))


@router.post("/rulings:plan")
async def plan_rulings(body: PlanRulingsBody, person: PersonDep, bulk: BulkDep) -> BulkPlanView:
    """Count and list what a ruling on many credits would concern (a supervisor)."""
    return BulkPlanView.of(await bulk.plan(person, BulkKind.RULINGS, body.asked()))


@router.get("/bulk-plans")
async def list_bulk_plans(person: PersonDep, bulk: BulkDep) -> BulkPlanList:
    """The plans that you made, the latest first."""
    found = await bulk.mine(person)
    return BulkPlanList(plans=tuple(map(BulkPlanHead.shown, found)))


@router.get("/bulk-plans/{plan}")
async def read_bulk_plan(
    plan: PlanPath, person: PersonDep, bulk: BulkDep, wait: PollDep
) -> BulkPlanView:
    """A plan of yours and how far it has come; with `Prefer: wait=N`, waits for its end."""
    return BulkPlanView.of(await bulk.read(person, plan, wait_seconds=wait))


@router.get("/bulk-plans/{plan}/items")
async def list_bulk_items(
    plan: PlanPath, person: PersonDep, bulk: BulkDep, after: Position = 0
) -> BulkItemList:
    """What a plan of yours says of each enrolment, and what became of it; 200 on a page."""
    return BulkItemList.of(await bulk.items(person, plan, after=after))


@router.post("/bulk-plans/{plan}:execute", responses=_EXECUTES)
async def execute_bulk_plan(
    plan: PlanPath, body: ExecuteBulkPlanBody, person: PersonDep, bulk: BulkDep, wait: WaitDep
) -> JSONResponse:
    """Do what was listed, if the same would be listed now: one transaction for each enrolment.

    The plan is done once, however often it is asked for.
    """
    found = await bulk.carry_out(person, plan, body.digest, wait_seconds=wait)
    content = BulkPlanView.of(found).model_dump(mode="json")
    if found.row.status is BulkStatus.FINISHED:
        return JSONResponse(content)
    return JSONResponse(content, 202, headers={"Location": f"/v1/bulk-plans/{plan}"})


@router.delete("/bulk-plans/{plan}", status_code=204)
async def discard_bulk_plan(plan: PlanPath, person: PersonDep, bulk: BulkDep) -> Response:
    """Forget a plan of yours that was not carried out."""
    await bulk.discard(person, plan)
    return Response(status_code=204)
