"""The inbox over REST."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, service
from gateway.api.documents.inbox import InboxView, NoticeView
from gateway.api.strict import StrictRoute
from gateway.services.inbox import Inbox

router = APIRouter(prefix="/v1", tags=["inbox"], route_class=StrictRoute)
InboxDep = Annotated[Inbox, Depends(service(Inbox))]


@router.get("/inbox")
async def read_inbox(
    person: PersonDep, inbox: InboxDep, after: Annotated[RandomId | None, Query()] = None
) -> InboxView:
    """What changed of decisions, agreements and degrees: your own, or your university's."""
    return InboxView.of(await inbox.page(person, after=after))


@router.post("/inbox/{notice}:seen")
async def see_notice(
    notice: Annotated[RandomId, Path()], person: PersonDep, inbox: InboxDep
) -> NoticeView:
    """Say that you have seen a notice; the first time is kept."""
    return NoticeView.of(await inbox.seen(person, notice))
