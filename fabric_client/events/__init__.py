"""Events: what a chaincode announces, and the blocks themselves."""

from fabric_client.events.block_and_private_data import BlockAndPrivateData, PrivateWrites
from fabric_client.events.block_kind import BlockKind
from fabric_client.events.chaincode_event import ChaincodeEvent
from fabric_client.events.checkpointer import Checkpointer
from fabric_client.events.file_checkpointer import FileCheckpointer
from fabric_client.events.filtered_block import FilteredBlock, FilteredTransaction
from fabric_client.events.in_memory_checkpointer import InMemoryCheckpointer

__all__ = [
    "BlockAndPrivateData",
    "BlockKind",
    "ChaincodeEvent",
    "Checkpointer",
    "FileCheckpointer",
    "FilteredBlock",
    "FilteredTransaction",
    "InMemoryCheckpointer",
    "PrivateWrites",
]
