"""The sandbox: an in-memory consortium with Fabric's semantics. It is no ledger."""
