"""What a version of a rule changes against another, part by part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.demands import identity
from chaincode.domain.recognition.rule import RuleContent

_Parts = dict[str, JsonValue]


class ChangeKind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One part that differs; a part that is new as a whole is named once."""

    kind: ChangeKind
    path: tuple[str, ...]
    """Mappings by id, courses by key, demands by kind, bands by their place."""
    before: JsonValue = None
    after: JsonValue = None

    def document(self) -> dict[str, JsonValue]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "path": self.path,
            "before": self.before,
            "after": self.after,
        }


def rule_changes(before: RuleContent, after: RuleContent) -> tuple[RuleChange, ...]:
    """The differences in the order of their paths; the order of mappings makes none."""
    return tuple(_compare((), _parts(before), _parts(after)))


def _parts(rule: RuleContent) -> _Parts:
    """The document with named parts under their names."""
    document: _Parts = rule.model_dump(mode="json")
    document["demands"] = _by(map(identity, rule.demands), document["demands"])
    mappings: _Parts = {}
    for mapping, stored in zip(
        rule.mappings, cast("Sequence[_Parts]", document["mappings"]), strict=True
    ):
        parts = {name: value for name, value in stored.items() if name != "id"}
        parts["demands"] = _by(map(identity, mapping.demands), parts["demands"])
        for side in ("host", "home"):
            courses = cast("Sequence[_Parts]", parts.get(side, ()))
            parts[side] = {
                str(item["course"]): {key: value for key, value in item.items() if key != "course"}
                for item in courses
            }
        mappings[mapping.id] = parts
    document["mappings"] = mappings
    for name in ("deciders", "joint_programmes"):
        items = cast("Sequence[str]", document[name])
        document[name] = dict.fromkeys(items, True)
    return document


def _by(names: Iterator[str], items: JsonValue) -> _Parts:
    return dict(zip(names, cast("Sequence[JsonValue]", items), strict=True))


def _compare(path: tuple[str, ...], before: JsonValue, after: JsonValue) -> Iterator[RuleChange]:
    """A document nests no deeper than its models: a few steps."""
    old, new = _members(before), _members(after)
    if old is None or new is None or _other_kind(old, new):
        if before != after:
            yield RuleChange(kind=ChangeKind.CHANGED, path=path, before=before, after=after)
        return
    for name in sorted(old.keys() | new.keys(), key=_order):
        if name not in new:
            yield RuleChange(kind=ChangeKind.REMOVED, path=(*path, name), before=old[name])
        elif name not in old:
            yield RuleChange(kind=ChangeKind.ADDED, path=(*path, name), after=new[name])
        else:
            yield from _compare((*path, name), old[name], new[name])


def _members(value: JsonValue) -> Mapping[str, JsonValue] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return {str(place): item for place, item in enumerate(value)}
    return None


def _other_kind(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> bool:
    """A conversion or a scope of another kind is another part, not the same one changed."""
    return old.get("kind") != new.get("kind")


def _order(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (-1, name)
