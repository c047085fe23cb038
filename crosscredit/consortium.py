"""What the members' operators add to a network of Fabric processes: constitution and founding."""

from crosscredit.constitution import digest_of
from network.hooks import Hooks
from network.up import Running


async def found(running: Running) -> None:
    """Found every member; see `crosscredit.founding`."""
    from crosscredit import founding  # noqa: PLC0415 - brings a whole gateway with it

    await founding.found(running)


async def prove(running: Running) -> None:
    """Read the constitution from every member's own peer; see `crosscredit.founding`."""
    from crosscredit import founding  # noqa: PLC0415 - brings a whole gateway with it

    await founding.prove(running)


HOOKS = Hooks(constitution=digest_of, found=found, prove=prove)
