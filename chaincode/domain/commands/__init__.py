"""The arguments of each contract function: one model each, with its private inputs beside it."""
