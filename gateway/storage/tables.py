"""Every table of the database: importing this maps all of them."""

from gateway.storage import learning, operations, people
from gateway.storage.types import mapper

metadata = mapper.metadata

__all__ = ["learning", "metadata", "operations", "people"]
