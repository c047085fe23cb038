"""The gateway's own values: what it remembers, and what use cases and adapters hand each other.

Nothing here does anything; services and adapters both import it and not each other.
"""
