"""The credit chaincode as a process: the shim on one side, the contracts on the other."""
