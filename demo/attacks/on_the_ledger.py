"""What a university tries with all its keys and its own peer, past our code."""

import json
import secrets
from datetime import UTC, datetime, timedelta

from demo.attacks.attempt import Attempt
from demo.attacks.dishonest_member import DishonestMember
from fabric_client.gateway import Gateway
from fabric_client.gateway_errors import EndorseError
from fabric_client.status import Status

_BETA = "beta, with all its keys and its own peer"
_POLICY = "every peer: the key asks for home and teaching university"
_MAJORITY = "every peer: the key asks for most universities and authorities"


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


async def forged_decision(member: DishonestMember, decision: str, value: bytes) -> Attempt:
    """Rewrite what another university decided."""
    status = await member.rewrite("ReviseDecision", decision, value)
    return _invalid("makes a recognition by hand that alpha never decided", status, _MAJORITY)


async def forged_redemption(member: DishonestMember, redemption: str, value: bytes) -> Attempt:
    """Say by hand who used a credit."""
    status = await member.rewrite("RedeemCredit", redemption, value)
    return _invalid("makes the record by hand of who redeemed the credit", status, _MAJORITY)


async def redeemed_without_permission(member: DishonestMember, enrolment: str) -> Attempt:
    """Reserve a credit that the student let another university redeem."""
    gateway = Gateway(member.connection, member.client.identity, member.client.signer)
    contract = gateway.get_network(member.channel).get_contract(member.chaincode)
    arguments = {
        "operation": secrets.token_hex(16),
        "enrolment": enrolment,
        "expected_version": 1,
        "number": 1,
        "credit_version": 1,
    }
    code, why = "VALID", "it was endorsed"
    try:
        await contract.new_proposal("HoldCredit", json.dumps(arguments).encode()).endorse()
    except EndorseError as error:
        refusal = json.loads(error.details[0].message[error.details[0].message.index("{") :])
        code, why = refusal["code"], refusal["detail"]
    return Attempt(
        "gamma's gateway, with its own key",
        "redeems a credit without the student's permission",
        "the contract, at every peer: the permission names another university",
        code,
        why,
    )


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


def _invalid(tried: str, status: Status, policy: str = _POLICY) -> Attempt:
    return Attempt(
        _BETA, tried, policy, status.code.name, f"invalid in block {status.block_number}"
    )
