"""Every table of the database: importing this maps all of them."""

from gateway.storage import (
    agreements,
    bulk,
    learning,
    operations,
    people,
    recognition,
    study_plans,
    transfers,
)
from gateway.storage.types import mapper

metadata = mapper.metadata

__all__ = [
    "agreements",
    "bulk",
    "learning",
    "metadata",
    "operations",
    "people",
    "recognition",
    "study_plans",
    "transfers",
]
