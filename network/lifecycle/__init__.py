"""Chaincode on a channel: definition, package at each member, processes, approval and commit."""

from network.lifecycle.definition import ChaincodeDefinition, Collection
from network.lifecycle.deploy import approve_and_commit, install, members_of, write_packages

__all__ = [
    "ChaincodeDefinition",
    "Collection",
    "approve_and_commit",
    "install",
    "members_of",
    "write_packages",
]
