"""The attributes that a registration carries and an enrolment asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value that the authority vouches for.

    With `ecert` it enters every enrolment certificate that does not ask for attributes by name.
    """

    name: str
    value: str
    ecert: bool = False


@dataclass(frozen=True, slots=True)
class AttributeRequest:
    """An attribute wanted in a certificate; unless `optional`, its absence is a refusal."""

    name: str
    optional: bool = False
