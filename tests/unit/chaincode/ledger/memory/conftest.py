from collections.abc import Mapping

import pytest

from chaincode.ledger.memory.authority import Authority
from tests.support.certificates import make_authorities
from tests.support.sandbox import Sandbox, User, make_sandbox, together


@pytest.fixture(scope="session")
def authorities() -> Mapping[str, Authority]:
    return make_authorities()


@pytest.fixture
def sandbox(authorities: Mapping[str, Authority]) -> Sandbox:
    return make_sandbox(authorities=authorities)


@pytest.fixture
def alice(sandbox: Sandbox) -> User:
    return sandbox.user("alphaMSP")


@pytest.fixture
def batched(authorities: Mapping[str, Authority]) -> Sandbox:
    return make_sandbox(authorities=authorities, settings=together())
