"""What stands in the real peers' blocks after the story; no gateway is asked."""

import asyncio
import itertools
import json
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
import pytest_asyncio
from cryptography import x509

from fabric_client import Identity
from fabric_client.assembly import VALIDATION_PARAMETER, policy_principals
from fabric_client.blocks import ChainVerifier, ValidationCode, parse_block, parse_config_block
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.chain import Chain, Entry, read_chains
from tests.support.on_fabric.members import CREDIT, MEMBERS
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.values import marks_of
from tests.support.on_fabric.vault import vault_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
HOME, TEACHING, VERIFYING = "alphaMSP", "betaMSP", "gammaMSP"
PARTIES = {HOME, TEACHING}
MAJORITY = 3
BY_MAJORITY = {
    "InitLedger",
    "RegisterAccount",
    "RegisterPseudonym",
    "PublishMemberKeys",
    "ProposeCourse",
    "ApplyForCourse",
    "RequestVerification",
    "AnswerRequest",
    "ReviewVerification",
    "RecordVerdict",
    "PublishProgramme",
    "PublishTerm",
    "ProposeRule",
    "VoteOnRule",
    "CloseBallot",
    "ProposeAgreement",
    "PermitRedemption",
    "HoldCredit",
    "RecordDecision",
    "RedeemCredit",
    "ReviseDecision",
    "ConfirmDecision",
}
BY_BOTH = {
    "LearnCourse",
    "WorkUpload",
    "AddGrade",
    "ReviewGrade",
    "ApplyForCredit",
    "AwardCredit",
    "ApproveAgreement",
    "AcceptCorrection",
}
MAJORITY_ALONE = {
    "constitution",
    "consent",
    "verdict",
    "attendance",
    "ballot",
    "series",
    "redemption",
    "decision",
}
"""Kinds of records without a policy of their own: the chaincode's holds."""
BY_OWNER = {"ActivateAccount", "CheckCourse"}
ENTERING = Counter(
    [("ActivateAccount", member, "registrar") for member in (HOME, TEACHING, VERIFYING)]
    + [("RegisterAccount", member, "registrar") for member in (HOME, TEACHING, HOME, VERIFYING)]
    + [("ActivateAccount", member, "teacher") for member in (HOME, TEACHING, VERIFYING)]
    + [("ActivateAccount", HOME, "student")]
)
COURSE = [
    ("ProposeCourse", TEACHING, "teacher"),
    ("CheckCourse", TEACHING, "registrar"),
] * 2
RULES = Counter(
    [("ProposeCourse", member, "teacher") for member in (HOME, VERIFYING)]
    + [
        (function, member, "registrar")
        for function in ("CheckCourse", "PublishProgramme", "ProposeRule", "CloseBallot")
        for member in (HOME, VERIFYING)
    ]
    + [("VoteOnRule", TEACHING, "registrar")] * 2
)
STORY = [
    ("PublishTerm", TEACHING, "registrar"),
    ("RegisterPseudonym", HOME, "gateway"),
    ("ProposeAgreement", HOME, "student"),
    ("ApproveAgreement", TEACHING, "registrar"),
    ("ApproveAgreement", HOME, "registrar"),
    ("ApplyForCourse", HOME, "student"),
    ("LearnCourse", TEACHING, "teacher"),
    ("WorkUpload", HOME, "student"),
    ("AddGrade", TEACHING, "teacher"),
    ("WorkUpload", HOME, "student"),
    ("AddGrade", TEACHING, "teacher"),
    ("WorkUpload", TEACHING, "teacher"),
    ("AddGrade", TEACHING, "teacher"),
    ("ReviewGrade", TEACHING, "registrar"),
    ("ApplyForCredit", HOME, "student"),
    ("AwardCredit", HOME, "registrar"),
    ("RequestVerification", VERIFYING, "registrar"),
    ("AnswerRequest", HOME, "student"),
    ("ReviewVerification", VERIFYING, "teacher"),
    ("RecordVerdict", VERIFYING, "registrar"),
    ("PermitRedemption", HOME, "student"),
    ("HoldCredit", HOME, "gateway"),
    ("RecordDecision", HOME, "gateway"),
    ("RedeemCredit", HOME, "gateway"),
    ("AddGrade", TEACHING, "teacher"),
    ("AcceptCorrection", HOME, "registrar"),
    ("ReviseDecision", HOME, "gateway"),
    ("ConfirmDecision", HOME, "registrar"),
]
UNTOLD = ["HoldCredit"]
"""Written by the gateway itself, and shown by no call of the story."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chains(on_fabric: OnFabric) -> dict[str, Chain]:
    return await read_chains(on_fabric.members)


@pytest.fixture
def chain(chains: dict[str, Chain]) -> Chain:
    return chains["ministry"]


@pytest.fixture
def story(on_fabric: OnFabric, chain: Chain) -> list[Entry]:
    """The transactions between the story's first and last block.

    Of the decision's revisions the last: home's gateway notes a corrected grade that waits for
    acceptance if it looks just then, and else not.
    """
    entries = chain.credit(since=on_fabric.first_block)
    played = [entry for entry in entries if entry.block < on_fabric.last_block]
    revisions = [entry for entry in played if entry.function == "ReviseDecision"]
    return [entry for entry in played if entry not in revisions[:-1]]


def units(identity: Identity) -> list[str]:
    subject = identity.certificate().subject
    found = subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
    return [str(item.value) for item in found]


def attributes(identity: Identity) -> dict[str, str]:
    extension = identity.certificate().extensions.get_extension_for_oid(ATTRIBUTES).value
    assert isinstance(extension, x509.UnrecognizedExtension)
    found: dict[str, str] = json.loads(extension.value)["attrs"]
    return found


def name(identity: Identity) -> str:
    [found] = identity.certificate().subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found.value)


def signed_by(entry: Entry) -> tuple[str, str, str]:
    """Function, member and role of the creator's certificate."""
    creator = entry.transaction.creator
    role = (
        "operator" if "admin" in units(creator) else attributes(creator).get("crosscredit.role", "")
    )
    return entry.function, creator.msp_id, role


def written(entry: Entry) -> dict[str, Any]:
    """The records that a transaction writes, by key."""
    writes = entry.transaction.action.read_write_set.namespace(CREDIT).writes
    return {write.key: json.loads(write.value) for write in writes}


async def test_four_peers_hold_one_chain_that_a_quorum_of_orderers_signed(
    on_fabric: OnFabric, chains: dict[str, Chain]
) -> None:
    file = on_fabric.running.layout.genesis(CHANNEL)
    genesis = parse_block(await asyncio.to_thread(file.read_bytes))
    assert len(chains) == len(MEMBERS)
    for chain in chains.values():
        assert chain.blocks[0].hash == genesis.hash
        verifier = ChainVerifier.from_genesis(genesis)
        for block in chain.blocks[1:]:
            assert len(verifier.accept(block)) >= MAJORITY
        assert verifier.last.hash == chains["alpha"].blocks[-1].hash
        assert [_found(block) for block in chain.blocks] == [
            _found(block) for block in chains["alpha"].blocks
        ]


def _found(block: Any) -> list[tuple[bytes, ValidationCode | None]]:
    return [(entry.envelope, entry.code) for entry in block.entries]


async def test_the_storys_transactions_stand_there_valid_and_signed_by_whom_it_says(
    on_fabric: OnFabric, story: list[Entry]
) -> None:
    signed = iter([signed_by(entry) for entry in story])
    # What is played at the same time is ordered as it comes.
    assert Counter(itertools.islice(signed, ENTERING.total())) == ENTERING
    assert list(itertools.islice(signed, len(COURSE))) == COURSE
    assert Counter(itertools.islice(signed, RULES.total())) == RULES
    assert list(signed) == STORY
    for entry in story:
        entry.transaction.verify()
    told = [item for step in on_fabric.told for item in step.transactions]
    blocks = {item.transaction_id: item.block for item in told}
    assert len(blocks) == len(told)
    found = {entry.transaction.transaction_id: entry.block for entry in story}
    assert blocks.items() <= found.items()
    untold = [item for item in story if item.transaction.transaction_id not in blocks]
    assert [entry.function for entry in untold] == UNTOLD


async def test_the_founding_was_signed_by_each_members_operator(chain: Chain) -> None:
    universities = {f"{name}MSP" for name in ("alpha", "beta", "gamma")}
    wanted = Counter(
        [("InitLedger", "alphaMSP", "operator"), ("RegisterAccount", "ministryMSP", "operator")]
        + [("RegisterAccount", msp, "operator") for msp in universities] * 2
        + [("PublishMemberKeys", f"{name}MSP", "operator") for name in MEMBERS]
    )
    signed = [signed_by(entry) for entry in chain.credit()][: wanted.total()]
    assert signed[0] == ("InitLedger", "alphaMSP", "operator")
    assert Counter(signed) == wanted


async def test_every_certificate_is_of_its_members_own_authority(
    chain: Chain, story: list[Entry]
) -> None:
    roots = {
        msp: x509.load_pem_x509_certificate(found.roots[0])
        for msp, found in parse_config_block(chain.blocks[0]).msps().items()
    }
    for entry in story:
        creator = entry.transaction.creator
        creator.certificate().verify_directly_issued_by(roots[creator.msp_id])
        assert units(creator) == ["client"]
        for endorsement in entry.transaction.endorsements:
            endorser = endorsement.endorser
            endorser.certificate().verify_directly_issued_by(roots[endorser.msp_id])
            assert units(endorser) == ["peer"]


async def test_each_is_endorsed_by_exactly_whom_the_design_says(
    on_fabric: OnFabric, chain: Chain
) -> None:
    entries = [entry for entry in chain.credit() if entry.block < on_fabric.last_block]
    assert {entry.function for entry in entries} >= BY_MAJORITY | BY_BOTH | BY_OWNER
    for entry in entries:
        endorsers = entry.transaction.endorsing_msp_ids
        assert len(set(endorsers)) == len(endorsers)
        if entry.function in BY_MAJORITY:
            assert len(endorsers) >= MAJORITY
        elif entry.function in BY_BOTH:
            assert set(endorsers) == PARTIES
        elif entry.function in BY_OWNER:
            assert endorsers == (entry.transaction.creator.msp_id,)


async def test_new_keys_stand_under_the_policies_that_the_design_names(
    on_fabric: OnFabric, chain: Chain
) -> None:
    kinds = set()
    for entry in chain.credit():
        if entry.block >= on_fabric.last_block:
            continue
        namespace = entry.transaction.action.read_write_set.namespace(CREDIT)
        policies = {item.key: dict(item.entries) for item in namespace.metadata_writes}
        for key, record in written(entry).items():
            kind, *rest = key.split("/")
            kinds.add(kind)
            policy = policies.pop(key, None)
            if record["version"] > 1 or kind in MAJORITY_ALONE:
                assert policy is None, key
                continue
            assert policy is not None, key
            members: tuple[str, ...] = (rest[0],)
            if kind in {"enrolment", "work", "grade", "credit", "agreement"}:
                members = tuple(sorted(PARTIES))
            elif kind in {"rule", "vote"}:
                members = tuple(sorted(f"{name}MSP" for name in MEMBERS))
            assert policy_principals(policy.pop(VALIDATION_PARAMETER)) == (len(members), members)
            assert policy == {}
        assert policies == {}, "a policy for a key that is not written"
    assert kinds >= {"account", "course", "enrolment", "work", "grade", "credit", "request"}
    assert kinds >= {"member", "agreement", "rule", "vote", "programme", "term"}
    assert kinds >= MAJORITY_ALONE


async def test_private_values_show_as_hashes_in_the_two_universities_collections(
    on_fabric: OnFabric, story: list[Entry]
) -> None:
    hashes = {
        msp: {
            (sha256(item.place.encode()).digest(), sha256(item.sealed).digest())
            for item in await marks_of(on_fabric, msp.removesuffix("MSP"))
        }
        for msp in PARTIES
    }
    assert hashes[HOME] == hashes[TEACHING]
    shown: dict[str, set[tuple[bytes, bytes]]] = {}
    for entry in story:
        action = entry.transaction.action.read_write_set
        assert {item.name for item in action.namespaces} <= {CREDIT, "_lifecycle"}
        collections = action.namespace(CREDIT).collections
        private = entry.function in {"AddGrade", "AwardCredit", "AcceptCorrection"}
        wanted = {f"values-{msp}" for msp in PARTIES} if private else set()
        assert {item.name for item in collections} == wanted, entry.function
        for item in collections:
            assert (item.reads, item.metadata_writes) == ((), ())
            shown.setdefault(item.name, set()).update(
                (write.key_hash, write.value_hash) for write in item.writes
            )
    result = sha256(on_fabric.slot("credit").encode()).digest()
    for msp, found in hashes.items():
        assert found <= shown[f"values-{msp}"]
        # The result of the award, which the correction replaced.
        [(replaced, _)] = shown[f"values-{msp}"] - found
        assert replaced == result


async def test_the_student_acts_under_a_pseudonym_that_nothing_links_to_her_account(
    on_fabric: OnFabric, chain: Chain, story: list[Entry]
) -> None:
    async with vault_of(on_fabric.members["alpha"]) as vault:
        accounts = await vault.accounts_of(on_fabric.played.cast.student.login)
    home, pseudonym = accounts["home"].key, accounts["betaMSP"].key
    signers = {entry.function: set[str]() for entry in story}
    for entry in story:
        if entry.transaction.creator.msp_id == HOME:
            signers[entry.function].add(f"account/{HOME}/{name(entry.transaction.creator)}")
    for function in ("ApplyForCourse", "WorkUpload", "ApplyForCredit", "AnswerRequest"):
        assert signers[function] == {pseudonym}
    assert home in signers["ActivateAccount"]
    for secret, other in ((home, pseudonym), (pseudonym, home)):
        identifiers = [key.rpartition("/")[2].encode() for key in (secret, other)]
        for entry in chain.credit():
            assert not all(item in entry.transaction.payload for item in identifiers)
    touched = {
        entry.function
        for entry in chain.credit()
        if home.rpartition("/")[2].encode() in entry.transaction.payload
    }
    assert touched == {"RegisterAccount", "ActivateAccount"}


async def test_a_persons_certificate_says_a_random_name_and_a_role(story: list[Entry]) -> None:
    for entry in story:
        creator = entry.transaction.creator
        if signed_by(entry)[2] == "gateway":
            continue
        assert len(bytes.fromhex(name(creator))) == 16
        assert len(creator.certificate().subject) == 2
        found = attributes(creator)
        assert found["hf.EnrollmentID"] == name(creator)
        assert set(found) == {
            "crosscredit.role",
            "hf.Affiliation",
            "hf.EnrollmentID",
            "hf.Type",
        }
        assert (found["hf.Affiliation"], found["hf.Type"]) == ("", "client")
