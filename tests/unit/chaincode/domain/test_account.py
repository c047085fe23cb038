import pytest

from chaincode.domain.account import (
    AccountStatus,
    AttestationKind,
    attested,
    require_may_register,
    required_attestations,
)
from chaincode.domain.caller import Role
from chaincode.domain.errors import AccountInactive, NotPermitted, WrongState
from tests.support.records import NEXT, NOW, STUDENT, TEACHER, caller, make_account


def test_the_caller_has_the_account_of_its_own_member() -> None:
    assert caller(STUDENT).account == STUDENT
    assert caller(TEACHER).account == TEACHER


def test_an_active_account_speaks_for_its_key_and_role() -> None:
    account = make_account()
    account.require_speaks(caller())
    with pytest.raises(AccountInactive, match="another key or role"):
        account.require_speaks(caller(key_digest="e" * 64))
    with pytest.raises(AccountInactive, match="another key or role"):
        account.require_speaks(caller(role=Role.TEACHER))


@pytest.mark.parametrize("status", AccountStatus)
@pytest.mark.parametrize("activating", [False, True])
def test_only_the_fitting_status_speaks(status: AccountStatus, *, activating: bool) -> None:
    account = make_account(status=status)
    fitting = AccountStatus.REGISTERED if activating else AccountStatus.ACTIVE
    if status is fitting:
        account.require_speaks(caller(), activating=activating)
        return
    with pytest.raises(AccountInactive) as refused:
        account.require_speaks(caller(), activating=activating)
    assert refused.value.facts == {"status": status.value}


def test_the_life_of_an_account() -> None:
    registered = make_account(status=AccountStatus.REGISTERED)
    active = registered.activated(operation=NEXT)
    assert (active.status, active.version) == (AccountStatus.ACTIVE, 2)
    closed = active.closed(operation=NEXT)
    assert (closed.status, closed.version) == (AccountStatus.CLOSED, 3)
    assert registered.closed(operation=NEXT).status is AccountStatus.CLOSED
    with pytest.raises(WrongState, match="closed already"):
        closed.closed(operation=NEXT)


@pytest.mark.parametrize("by", Role)
@pytest.mark.parametrize("role", Role)
def test_who_brings_whom(by: Role, role: Role) -> None:
    allowed = {
        (Role.OPERATOR, Role.REGISTRAR),
        (Role.OPERATOR, Role.SUPERVISOR),
        (Role.REGISTRAR, Role.TEACHER),
        (Role.REGISTRAR, Role.STUDENT),
    }
    if (by, role) in allowed:
        require_may_register(caller(role=by), role)
        return
    with pytest.raises(NotPermitted, match="does not register"):
        require_may_register(caller(role=by), role)


def test_attestations() -> None:
    both = frozenset(AttestationKind)
    assert required_attestations(Role.TEACHER) == both
    for role in (Role.STUDENT, Role.REGISTRAR, Role.SUPERVISOR):
        assert required_attestations(role) == {AttestationKind.IDENTITY}
    found = attested((AttestationKind.QUALIFICATION, AttestationKind.IDENTITY), by="x", at=NOW)
    assert [(one.kind.value, one.by, one.at) for one in found] == [
        ("qualification", "x", NOW),
        ("identity", "x", NOW),
    ]
