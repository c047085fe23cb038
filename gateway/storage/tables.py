"""Every table of the database: importing this maps all of them."""

from gateway.storage import operations, people
from gateway.storage.types import mapper

metadata = mapper.metadata

__all__ = ["metadata", "operations", "people"]
