"""Random histories of redeem-once through the sandbox consortium, and how many count twice.

    python bench/redeem_once.py [--histories 10000] [--processes 4]

Each history is one credit that several people permit, hold, redeem, release, grant, withdraw, rule
on and move at once: endorsed over the same state, ordered one by one. What each endorsement and
each transaction came to is held to a model in words of its own. Prints counts and seconds, and
exits with 1 if the sum over all members ever exceeded what was awarded.
"""

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.redeem_once_on_sandbox import Histories, Tally
from tests.support.world import World

WORLD_HISTORIES = 250
"""So many credits share a consortium: a longer chain makes nothing more likely."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    parts = [
        range(first, min(first + WORLD_HISTORIES, given.histories))
        for first in range(0, given.histories, WORLD_HISTORIES)
    ]
    begun, total = time.monotonic(), Tally()
    with multiprocessing.Pool(given.processes) as pool:
        for tally in pool.imap_unordered(play, parts):
            total.add(tally)
    seconds = time.monotonic() - begun
    print(f"{total.histories} histories in {seconds:.0f} s with {given.processes} processes")
    print(f"transactions: {dict(total.ordered)}")
    print(f"refused endorsements: {dict(total.refused)}")
    print(f"double counts: {total.double_counts}")
    return 1 if total.double_counts else 0


def play(seeds: range) -> Tally:
    return asyncio.run(played(seeds))


async def played(seeds: range) -> Tally:
    world = World()
    await world.found()
    histories = await Histories.on(world)
    for seed in seeds:
        await histories.play(seed)
    return histories.tally


if __name__ == "__main__":
    sys.exit(main())
