"""The secret values that the story really used, gathered from those who may know them."""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chaincode.domain.commands.reading import ReadSealedGrade, ReadSealedResult
from gateway.evidence.opening import Opening
from gateway.model.learning import SealedWork
from gateway.model.people import Account, MemberKey
from network.layout import Layout
from tests.support.on_fabric.calls import asked
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.vault import opened, vault_of

Secrets = dict[str, set[bytes]]
CORRECTED = 4
"""Number of the grade that was corrected after the award."""
_SCALAR_BYTES = 32


class Mark(NamedTuple):
    """A private value as the teaching university's own gateway reads it."""

    place: str
    sealed: bytes
    mark: int
    """Hundredths."""
    salt: str


async def marks_of(stage: OnFabric, at: str) -> list[Mark]:
    """The marks of the story's enrolment and its result, from one member's own collection."""
    enrolment, who = stage.slot("enrolment"), stage.members.gateway(at)
    async with vault_of(stage.members[at]) as vault:
        key = await vault.enrolment_key(enrolment)
    places = {
        f"{stage.slot('grade')}/{number}": ReadSealedGrade(enrolment=enrolment, number=number)
        for number in (1, 2, 3, CORRECTED)
    } | {stage.slot("credit"): ReadSealedResult(enrolment=enrolment)}
    found = []
    for place, query in places.items():
        sealed = (await asked(stage.members, query, at=at, who=who))["sealed"]
        value = opened(key, place=place, sealed=sealed)
        found.append(Mark(place, bytes.fromhex(sealed), value["mark"], value["salt"]))
    return found


async def openings_of(stage: OnFabric) -> list[Opening]:
    """The openings of the story's works, opened with the teacher's own key."""
    enrolment = stage.slot("enrolment")
    async with vault_of(stage.members["beta"]) as vault:
        teacher = (await vault.accounts_of(stage.played.cast.teacher.login))["home"]
        works = await vault.rows(SealedWork, enrolment=enrolment)
        return [await vault.opening(work, teacher) for work in works]


async def secrets_of(stage: OnFabric) -> Secrets:
    """Everything that must stand nowhere in clear, by what it is."""
    openings, marks = await openings_of(stage), await marks_of(stage, "beta")
    found: Secrets = {
        "salt of a mark": {bytes.fromhex(item.salt) for item in marks},
        "salt of work": {bytes.fromhex(item.salt) for item in openings},
        "content key": {bytes.fromhex(item.content_key) for item in openings},
        "digest of work": {bytes.fromhex(item.digest) for item in openings},
        "enrolment key": set(),
        "signing key": set(),
        "sealing key": set(),
    }
    for name in ("alpha", "beta", "gamma", "ministry"):
        async with vault_of(stage.members[name]) as vault:
            for account in await vault.rows(Account):
                found["signing key"].add(vault.scalar(account))
                found["sealing key"].add(vault.sealing_seed(account))
            for row in await vault.rows(MemberKey):
                found["sealing key"].add(vault.intake_seed(row))
            if name in ("alpha", "beta"):
                found["enrolment key"].add(await vault.enrolment_key(stage.slot("enrolment")))
    for kind, values in stage.heard.secrets.items():
        found[kind] = {value.encode() for value in values}
    found["key of a file"] = keys_in_files(stage.running.layout)
    return found


def keys_in_files(layout: Layout) -> set[bytes]:
    """The private values of the keys that stand in files, by design of Fabric's programs."""
    found = set()
    for path in layout.state.rglob("key.pem"):
        key = load_pem_private_key(path.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        found.add(key.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big"))
    return found
