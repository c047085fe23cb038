"""The conflict that an answer to another version than the one at hand meets."""

from typing import NamedTuple

from chaincode.domain.agreements.version import AgreementVersion
from chaincode.domain.errors import VersionConflict
from chaincode.domain.json_value import JsonValue


class Seen(NamedTuple):
    """What somebody answers: the record's version, and the number and digest of the proposal."""

    expected_version: int
    number: int
    digest: str


class ProposalReplaced(VersionConflict):
    """The proposal is not the one that was seen; `facts` say what changed.

    `current` is the latest version. `added` and `removed` are its rows against those of the
    version that was named; they are left out where the agreement has no version of that digest.
    """

    def __init__(
        self, key: str, seen: Seen, *, actual: int, versions: tuple[AgreementVersion, ...]
    ) -> None:
        super().__init__(key, expected=seen.expected_version, actual=actual)
        current = versions[-1]
        self.detail = (
            f"{key} is at version {actual}, its latest proposal is number {current.number}; "
            f"the answer names number {seen.number} at version {seen.expected_version}: "
            "read what changed and answer anew"
        )
        if (seen.number, seen.digest) != (current.number, current.digest):
            self.field = "number" if seen.number != current.number else "digest"
        self.facts |= {"named": {"number": seen.number, "digest": seen.digest}}
        self.facts |= {"current": _shown(current)}
        named = next((one for one in versions if one.digest == seen.digest), None)
        if named is not None:
            self.facts["added"] = dict(current.tables.without(named.tables))
            self.facts["removed"] = dict(named.tables.without(current.tables))


def _shown(version: AgreementVersion) -> dict[str, JsonValue]:
    return {
        "number": version.number,
        "digest": version.digest,
        "kind": version.kind.value,
        "status": version.status.value,
        "answer_by": version.model_dump(mode="json")["answer_by"],
    }
