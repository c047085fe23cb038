"""Fabric's programs: from a named folder, PATH, the cache, or built from the pinned Go module."""

from network.binaries.locate import find, named_folder
from network.binaries.programs import PROGRAMS, Binaries

__all__ = ["PROGRAMS", "Binaries", "find", "named_folder"]
