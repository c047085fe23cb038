"""Contract functions called past every gateway, by whoever holds a key."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chaincode.domain.commands.base import Arguments, Query
from chaincode.domain.commands.reading import ReadRecord
from fabric_client import SigningIdentity, Status
from fabric_client.assembly import ProposalContent, new_nonce
from fabric_client.endorser import Endorser
from gateway.ledger.invocation import answer_of, arguments_of, transient_of
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.chain import settled
from tests.support.on_fabric.members import CREDIT, MEMBERS, PATIENT, Members, msp_id

ENDORSED = "endorsed"


async def said_by_peers(
    members: Members,
    who: SigningIdentity,
    command: Arguments,
    private: Arguments | None = None,
    *,
    at: Sequence[str] = MEMBERS,
) -> dict[str, str]:
    """What the contract answers at each peer, all caught up: `endorsed`, or the refusal's code."""
    await settled(members)
    content = ProposalContent(
        creator=who.identity,
        channel_id=CHANNEL,
        chaincode_name=CREDIT,
        arguments=arguments_of(command),
        timestamp=datetime.now(UTC),
        nonce=new_nonce(),
        transient=transient_of(private),
    )
    return {name: await _said(members, who, content, name) for name in at}


async def _said(members: Members, who: SigningIdentity, content: ProposalContent, at: str) -> str:
    answer = await Endorser(await members.connection(at)).process_proposal(content, who)
    return ENDORSED if answer.endorsed else str(json.loads(answer.message)["code"])


async def submitted(
    members: Members,
    who: SigningIdentity,
    command: Arguments,
    private: Arguments | None = None,
    *,
    at: str,
    endorsers: Sequence[str] = (),
) -> Status:
    """Have a call endorsed, ordered and validated, through one member's peer."""
    contract = (await members.network(at, who)).get_contract(CREDIT)
    function, document = arguments_of(command)
    proposal = contract.new_proposal(
        function.decode(),
        document,
        transient=transient_of(private),
        endorsing_organizations=[msp_id(name) for name in endorsers],
    )
    return await contract.finish(await PATIENT.run(proposal.endorse))


async def asked(
    members: Members, query: Query, *, at: str, who: SigningIdentity | None = None
) -> Any:
    """A query's answer at one member's peer; its operator asks, if nobody else."""
    contract = (await members.network(at, who)).get_contract(CREDIT)
    function, document = arguments_of(query)
    return answer_of(
        await contract.evaluate(function.decode(), document, endorsing_organizations=[msp_id(at)])
    )


async def stored(members: Members, key: str, *, at: str) -> Any:
    """A record as one member's peer has it."""
    return (await asked(members, ReadRecord(key=key), at=at))["record"]


async def stored_everywhere(members: Members, key: str) -> dict[str, Any]:
    """A record as each member's peer has it."""
    return {name: await stored(members, key, at=name) for name in MEMBERS}
