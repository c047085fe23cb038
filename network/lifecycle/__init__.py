"""Chaincode on a channel: definition, package at each member, processes, approval and commit."""

from network.lifecycle.definition import ChaincodeDefinition, Collection
from network.lifecycle.deploy import approve, commit, install, members_of, write_packages

__all__ = [
    "ChaincodeDefinition",
    "Collection",
    "approve",
    "commit",
    "install",
    "members_of",
    "write_packages",
]
