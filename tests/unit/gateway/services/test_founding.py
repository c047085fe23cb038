from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaincode.domain.caller import Role
from chaincode.domain.constitution import Constitution, MemberKind, Parameters
from chaincode.domain.keys import CONSTITUTION_KEY, member_key
from chaincode.domain.member import MemberProfile
from gateway.evidence.escrow import EscrowShare, combine_shares, open_share
from gateway.evidence.keys import SealingPublicKey
from gateway.model.people import Account, AccountState, EscrowShareRow, Person
from gateway.services.constitution import constitution_of
from gateway.services.founding import AnotherConstitution
from gateway.services.staff_codes import StaffCodes
from tests.support.gateways import PASSPHRASE, make_world, registrar

TWO = {"alpha": MemberKind.UNIVERSITY, "ministry": MemberKind.AUTHORITY}


async def test_founded_members_are_ready(tmp_path: Path) -> None:
    async with make_world(tmp_path, members=TWO) as world:
        for member in TWO:
            async with world.client(member) as http:
                assert (await http.get("/readyz")).status_code == 200
        assert [item.login for item in world.invitations["alpha"]] == ["registrar-1", "registrar-2"]
        assert [item.role for item in world.invitations["ministry"]] == ["supervisor"]


async def test_a_second_founding_changes_nothing(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world:
        before = world.consortium.height
        again = await world.founding("alpha").found(world.constitution)
        assert world.consortium.height == before
        assert [(i.login, i.code) for i in again] == [
            (i.login, i.code) for i in world.invitations["alpha"]
        ]


async def test_a_code_that_was_used_is_not_given_again(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world:
        async with world.client("alpha") as http:
            await registrar(world, http)
        again = await world.founding("alpha").found(world.constitution)
        assert [item.login for item in again] == ["registrar-2"]


async def test_codes_that_expired_unused_are_replaced_and_no_others(tmp_path: Path) -> None:
    ahead = timedelta()
    async with make_world(tmp_path, clock=lambda: datetime.now(UTC) + ahead) as world:
        core = world.gateways["alpha"].core
        staff = StaffCodes(database=core.database, box=core.box, clock=core.clock)
        before = {item.login: item.code for item in world.invitations["alpha"]}
        async with world.client("alpha") as http:
            await registrar(world, http)
            assert await staff.renew() == ()

            ahead = timedelta(days=14, minutes=1)
            [renewed] = await staff.renew()
            assert (renewed.login, renewed.role) == ("registrar-2", "registrar")
            assert renewed.code != before["registrar-2"]
            assert await staff.renew() == ()

            body = {"login": "registrar-2", "passphrase": PASSPHRASE}
            for code, status in ((before["registrar-2"], 401), (renewed.code, 200)):
                answer = await http.post("/v1/accounts:activate", json=body | {"code": code})
                assert answer.status_code == status, answer.text


async def test_two_registrars_open_the_evidence_key_together(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world:
        core = world.gateways["alpha"].core
        profile = await core.records.load(MemberProfile, member_key("alphaMSP"))
        evidence = SealingPublicKey.from_text(profile.evidence_key)
        async with core.database.reading() as session:
            rows = await session.find(EscrowShareRow, evidence_key=evidence.key_id)
            accounts = {row.key: row for row in await session.find(Account)}
        opened = []
        for row in rows:
            holder = accounts[row.administrator]
            owner = core.gate.admit(holder.person, until=world.clock().replace(year=2100))
            private = await core.keyring.sealing_key(holder.key, owner=owner)
            opened.append(open_share(EscrowShare.model_validate_json(row.document), private))
        assert combine_shares(opened, evidence_key=evidence).public == evidence
        assert (await core.keyring.intake_key()).public.text == profile.intake_key


async def test_another_constitution_on_the_ledger_is_refused(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world:
        other = world.constitution.model_copy(update={"parameters": Parameters(entries_per_slot=1)})
        with pytest.raises(AnotherConstitution):
            await world.founding("alpha").found(other)
        found = await world.gateways["alpha"].core.records.load(Constitution, CONSTITUTION_KEY)
        assert found.content == world.constitution


async def test_killed_between_the_rows_and_the_ledger_it_goes_on(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    await world.start("alpha")
    try:
        founding = world.founding("alpha")
        await founding.init_ledger(world.constitution)
        await founding._invite("registrar-1", Role.REGISTRAR)  # and here it was killed
        invited = await world.founding("alpha").found(world.constitution)
        assert [item.login for item in invited] == ["registrar-1", "registrar-2"]
        async with world.gateways["alpha"].core.database.reading() as session:
            assert len(await session.find(Person)) == 2
            states = {row.state for row in await session.find(Account)}
        assert states == {AccountState.REGISTERED}
    finally:
        await world.stop("alpha")


def test_the_majority_is_of_universities_and_authorities() -> None:
    found = constitution_of(
        {
            "betaMSP": MemberKind.UNIVERSITY,
            "alphaMSP": MemberKind.UNIVERSITY,
            "moocMSP": MemberKind.PLATFORM,
            "ministryMSP": MemberKind.AUTHORITY,
        }
    )
    assert found.majority == 2
    assert [member.msp_id for member in found.members] == [
        "alphaMSP",
        "betaMSP",
        "ministryMSP",
        "moocMSP",
    ]
