import pytest

from chaincode.domain.constitution import (
    Alliance,
    Constitution,
    ConstitutionContent,
    Member,
    MemberKind,
    Parameters,
)
from chaincode.domain.errors import InvalidArgument, NotElector, NotPermitted
from chaincode.domain.rules.electorate import Electorate, electorate_of
from tests.support.records import OPERATION
from tests.support.rules import Document, content_of, framework_document, rule_document

MEMBERS = (
    Member(msp_id="alphaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="bankMSP", kind=MemberKind.CREDIT_BANK),
    Member(msp_id="betaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="gammaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="ministryMSP", kind=MemberKind.AUTHORITY),
    Member(msp_id="moocMSP", kind=MemberKind.PLATFORM),
)
VOTING = ("alphaMSP", "betaMSP", "gammaMSP", "ministryMSP")
CONSTITUTION = Constitution.founded(
    ConstitutionContent(
        members=MEMBERS,
        majority=3,
        parameters=Parameters(),
        alliances=(Alliance(id="north", members=VOTING[:3], threshold=2),),
    ),
    operation=OPERATION,
)


def electorate(document: Document, owner: str) -> Electorate:
    return electorate_of(content_of(document), owner, CONSTITUTION)


def test_who_votes_and_how_many_it_takes() -> None:
    assert electorate(rule_document("internal"), "alphaMSP") == Electorate(("alphaMSP",), 1)
    bank = rule_document("internal", decider="bankMSP")
    assert electorate(bank, "bankMSP") == Electorate(("bankMSP",), 1)
    both = Electorate(("alphaMSP", "betaMSP"), 2)
    for owner in both.members:
        assert electorate(rule_document("bilateral"), owner) == both
    turned = rule_document("bilateral")
    turned["scope"]["members"] = ["betaMSP", "alphaMSP"]
    assert electorate(turned, "alphaMSP") == both
    assert electorate(rule_document("alliance"), "gammaMSP") == Electorate(VOTING[:3], 2)
    assert electorate(framework_document(), "ministryMSP") == Electorate(VOTING, 3)


@pytest.mark.parametrize(
    ("scope", "owner"),
    [
        ("bilateral", "gammaMSP"),
        ("alliance", "ministryMSP"),
        ("alliance", "bankMSP"),
        ("alliance", "moocMSP"),
    ],
)
def test_who_proposes_votes(scope: str, owner: str) -> None:
    with pytest.raises(NotElector) as refused:
        electorate(rule_document(scope), owner)
    assert owner not in str(refused.value.facts)


@pytest.mark.parametrize("owner", ["alphaMSP", "bankMSP", "moocMSP", "zetaMSP"])
def test_a_framework_is_an_authoritys(owner: str) -> None:
    with pytest.raises(NotPermitted):
        electorate(framework_document(), owner)


@pytest.mark.parametrize("owner", ["ministryMSP", "moocMSP", "zetaMSP"])
def test_who_decides_nothing_has_no_rule_of_its_own(owner: str) -> None:
    with pytest.raises(NotPermitted):
        electorate(rule_document("internal", decider=owner), owner)


@pytest.mark.parametrize("other", ["bankMSP", "moocMSP", "zetaMSP"])
def test_two_members_agree_where_both_vote_at_all(other: str) -> None:
    document = rule_document("bilateral")
    document["scope"]["members"] = ["alphaMSP", other]
    document["mappings"][0]["host"][0]["course"] = f"course/{other}/{'1' * 32}/1"
    with pytest.raises(NotPermitted):
        electorate(document, "alphaMSP")


def test_who_decides_is_among_those_who_vote() -> None:
    document = rule_document("alliance", decider="bankMSP")
    with pytest.raises(InvalidArgument, match="bankMSP") as refused:
        electorate(document, "alphaMSP")
    assert refused.value.field == "content.deciders"
    with pytest.raises(InvalidArgument, match="alphaMSP"):
        electorate(rule_document("internal"), "betaMSP")


def test_an_alliance_is_one_of_the_constitutions() -> None:
    document = rule_document("alliance") | {"scope": {"kind": "alliance", "alliance": "south"}}
    with pytest.raises(InvalidArgument) as refused:
        electorate(document, "alphaMSP")
    assert (refused.value.field, refused.value.facts) == (
        "content.scope.alliance",
        {"alliances": ["north"]},
    )


def test_whoever_grants_a_part_of_a_joint_degree_votes() -> None:
    ours, theirs = (f"programme/{member}/{'1' * 32}" for member in ("alphaMSP", "betaMSP"))
    joint = {"joint_programmes": [ours, theirs]}
    assert electorate(rule_document("bilateral") | joint, "alphaMSP").threshold == 2
    with pytest.raises(InvalidArgument) as refused:
        electorate(rule_document("internal") | joint, "alphaMSP")
    assert refused.value.field == "content.joint_programmes.1"
