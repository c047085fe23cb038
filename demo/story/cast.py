"""Who plays in the story. All of them are invented."""

from dataclasses import dataclass

from demo.world import Person

HOME, TEACHING, VERIFYING = "alpha", "beta", "gamma"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, logged in."""

    student: Person
    """At alpha."""
    teacher: Person
    """At beta."""
    home_registrar: Person
    teaching_registrar: Person
    verifying_registrar: Person
    home_teacher: Person
    """At alpha."""
    reviewer: Person
    """A teacher at gamma."""
    reviewer_account: str
    """Identifier of the reviewer's account."""
