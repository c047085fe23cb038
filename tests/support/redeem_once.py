"""Redeemed once, in words of its own: random histories, and what must come of each step."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support.redeeming import (
    AWARDED,
    HOME,
    JOINT,
    PARTIAL,
    TEACHING,
    UNIVERSITIES,
    VERIFYING,
    WHOLE,
)

USING = ("held", "redeemed", "granted")
JOINED = ((HOME, 1), (VERIFYING, 1))
"""The two programmes that the joint rule names."""
STEPS: Mapping[str, tuple[tuple[str, ...], str, bool]] = {
    "withdraw": (("permitted", "held"), "withdrawn", False),
    "hold": (("permitted",), "held", True),
    "redeem": (("held",), "redeemed", True),
    "release": (("held", "redeemed"), "released", False),
    "grant": (("redeemed",), "granted", True),
}
"""From which states a step leads, where to, and whether the credit must stand for it."""


@dataclass(frozen=True)
class Action:
    """One thing that somebody tries; which fields count depends on the name."""

    name: str
    number: int = 0
    member: str = ""
    place: int = 1
    amount: int = AWARDED
    rule: str = WHOLE
    gives_back: bool = False


@dataclass
class Use:
    """One permission and what became of it."""

    member: str
    place: int
    amount: int
    joint: bool
    status: str = "permitted"


@dataclass
class Model:
    """What must hold, without versions, keys and records."""

    uses: list[Use] = field(default_factory=list)
    standing: str = "awarded"
    home: str = HOME
    asked: tuple[str, str] | None = None
    """The transfer under way: to whom, requested or released; done once it was accepted."""

    def used(self) -> int:
        """The sum over all members."""
        using = [use for use in self.uses if use.status in USING]
        of_programme: defaultdict[tuple[str, int], int] = defaultdict(int)
        for use in using:
            if use.joint:
                of_programme[use.member, use.place] += use.amount
        return sum(use.amount for use in using if not use.joint) + max(
            of_programme.values(), default=0
        )

    def refusal(self, action: Action) -> str | None:
        """The code that the action must be refused with, None where it must succeed."""
        if action.name == "permit":
            open_already = any(
                (use.member, use.place) == (action.member, action.place)
                and use.status in ("permitted", "held")
                for use in self.uses
            )
            return "wrong-state" if open_already or self.standing != "awarded" else None
        if action.name in STEPS:
            return self._step_refusal(action)
        if action.name in ("release-student", "accept"):
            wanted = "requested" if action.name == "release-student" else "released"
            if self.asked is None:
                return "record-not-found"
            return None if self.asked[1] == wanted else "wrong-state"
        allowed = {
            "request": action.member != self.home,
            "suspend": self.standing == "awarded",
            "lift": self.standing != "awarded",
            "revoke": self.standing != "revoked",
        }[action.name]
        return None if allowed else "wrong-state"

    def _step_refusal(self, action: Action) -> str | None:
        use = self.uses[action.number - 1]
        before, _, must_stand = STEPS[action.name]
        if action.name == "hold" and use.status == "permitted":
            use.status = "held"
            too_much = self.used() > AWARDED
            use.status = "permitted"
            if too_much:
                return "already-redeemed"
        stands = self.standing == "awarded" or not must_stand
        return None if stands and use.status in before else "wrong-state"

    def apply(self, action: Action) -> None:
        """What the action changes, where nothing refuses it."""
        if action.name == "permit":
            joint = action.rule == JOINT and (action.member, action.place) in JOINED
            self.uses.append(Use(action.member, action.place, action.amount, joint))
        elif action.name in STEPS:
            self.uses[action.number - 1].status = STEPS[action.name][1]
        elif action.name == "request":
            self.asked = (action.member, "requested")
        elif action.name == "release-student" and self.asked:
            self.asked = (self.asked[0], "released")
        elif action.name == "accept" and self.asked:
            self._free_old_home()
            self.home, self.asked = self.asked[0], (self.asked[0], "accepted")
        else:
            words = {"suspend": "suspended", "lift": "awarded", "revoke": "revoked"}
            self.standing = words[action.name]
            for use in self.uses:
                if action.gives_back and use.status in ("held", "redeemed"):
                    use.status = "given-back"

    def _free_old_home(self) -> None:
        for use in self.uses:
            if use.member == self.home:
                freed = {"permitted": "withdrawn", "held": "released", "redeemed": "released"}
                use.status = freed.get(use.status, use.status)


def random_action(source: random.Random, model: Model) -> Action:
    """Something that somebody may try now; races for what is left are common."""
    name = source.choices(
        ("permit", "hold", "redeem", "grant", "withdraw", "release", "rule", "move"),
        weights=(5, 8, 4, 2, 2, 2, 1, 1),
    )[0]
    if name == "rule":
        ruled = source.choice(("suspend", "lift", "lift", "revoke"))
        return Action(ruled, gives_back=ruled == "revoke" and source.random() < 0.5)
    if name == "move":
        moved = source.choice(("request", "release-student", "accept"))
        return Action(moved, member=source.choice(UNIVERSITIES))
    if name != "permit" and model.uses:
        numbers = range(1, len(model.uses) + 1)
        fitting = [n for n in numbers if model.uses[n - 1].status in STEPS[name][0]]
        likely = fitting if fitting and source.random() < 0.8 else numbers
        return Action(name, number=source.choice(likely))
    rule = source.choice((WHOLE, PARTIAL, JOINT))
    amount = AWARDED if rule == WHOLE else source.randrange(100, AWARDED + 1, 50)
    return Action(
        "permit",
        member=source.choice((HOME, TEACHING, VERIFYING)),
        place=source.choice((1, 1, 2)),
        amount=amount,
        rule=rule,
    )
