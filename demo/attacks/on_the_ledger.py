"""What a university tries with all its keys and its own peer, past our code."""

from datetime import UTC, datetime, timedelta

from demo.attacks.attempt import Attempt
from demo.attacks.dishonest_member import DishonestMember
from fabric_client.gateway import Gateway
from fabric_client.gateway_errors import EndorseError
from fabric_client.status import Status

_BETA = "beta, with all its keys and its own peer"
_POLICY = "every peer: the key asks for home and teaching university"


async def forged_first_grade(member: DishonestMember, slot: str, value: bytes) -> Attempt:
    """Write into a grade slot that nobody has written to yet."""
    status = await member.rewrite("AddGrade", slot, value)
    return _invalid("writes the first grade of a student by itself", status)


async def forged_correction(member: DishonestMember, slot: str, value: bytes) -> Attempt:
    """Rewrite a grade that stands."""
    status = await member.rewrite("AddGrade", slot, value)
    return _invalid("rewrites a grade that stands", status)


async def seized_slot(member: DishonestMember, slot: str) -> Attempt:
    """Change who must endorse the grade slot."""
    status = await member.seize("AddGrade", slot)
    return _invalid("makes itself the only endorser of the grade", status)


async def proposal_of_an_hour_ago(member: DishonestMember) -> Attempt:
    """Ask peers to endorse something that claims to have been signed an hour ago."""
    gateway = Gateway(member.connection, member.client.identity, member.client.signer)
    contract = gateway.get_network(member.channel).get_contract(member.chaincode)
    proposal = contract.new_proposal(
        "RegisterPseudonym", b"{}", timestamp=datetime.now(UTC) - timedelta(hours=1)
    )
    code, why = "VALID", "it was endorsed"
    try:
        await proposal.endorse()
    except EndorseError as error:
        code = "timestamp-refused" if "timestamp" in str(error) else "another-refusal"
        why = error.details[0].message if error.details else error.message
    return Attempt(
        "a client with a bent clock",
        "proposes a transaction that claims to be an hour old",
        "every peer: the claim is more than five minutes from its clock",
        code,
        why,
    )


def _invalid(tried: str, status: Status) -> Attempt:
    return Attempt(
        _BETA, tried, _POLICY, status.code.name, f"invalid in block {status.block_number}"
    )
