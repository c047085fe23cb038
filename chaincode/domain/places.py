"""Places by their codes, so that the parties of a rule name the same one."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from chaincode.domain.faults import fault
from chaincode.domain.values import MspId, Slug, Sparse


@cache
def _countries() -> frozenset[str]:
    """The codes of ISO 3166-1 as the locked package tzdata lists them, the same at every peer."""
    lines = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8").splitlines()
    return frozenset(line.partition("\t")[0] for line in lines if not line.startswith("#"))


def _assigned(code: str) -> str:
    if code not in _countries():
        raise ValueError("ISO 3166-1 has no country of this code")
    return code


Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_assigned)]
"""A country by its two letters in ISO 3166-1, for example CN."""
Province = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
"""A province, state or region by its code in ISO 3166-2, for example CN-JS."""


class Place(Sparse):
    """Where an examination is held."""

    country: Country
    province: Province | None = None
    city: Slug | None = None
    """The name that rules use for it: up to 32 small letters, digits and hyphens."""
    member: MspId | None = None
    """On whose premises; left out, on no member's."""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.province is not None and not self.province.startswith(f"{self.country}-"):
            raise fault("province", message="this is a province of another country")
        return self
