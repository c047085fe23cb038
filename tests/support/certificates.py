"""In-memory authorities and certificates for tests, issued as members' CAs issue them."""

from datetime import UTC, datetime

from chaincode.ledger.memory.authority import Authority, SigningIdentity

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
"""When the tests' authorities were made; certificates are valid for ten years from then."""

UNIVERSITIES = ("alphaMSP", "betaMSP", "gammaMSP")
AUTHORITY = "ministryMSP"
MSP_IDS = (*UNIVERSITIES, AUTHORITY)


def make_authorities(
    msp_ids: tuple[str, ...] = MSP_IDS, *, now: datetime = START
) -> dict[str, Authority]:
    """One root for each member."""
    return {msp_id: Authority(msp_id, now=now) for msp_id in msp_ids}


def person(authority: Authority, role: str, name: str = "person") -> SigningIdentity:
    """A client with a role, such as student, teacher, registrar or supervisor."""
    return authority.enrol(common_name=name, attributes={"crosscredit.role": role})


def operator(authority: Authority) -> SigningIdentity:
    """Who runs the member's machines."""
    return authority.enrol(common_name="operator", unit="admin")


def peer(authority: Authority) -> SigningIdentity:
    """The identity of the member's peer."""
    return authority.enrol(common_name="peer0", unit="peer")
