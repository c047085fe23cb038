"""What a consortium with its gateways holds in memory at rest: run it beside `make up`.

    python bench/memory.py [--state .crosscredit/crosscredit]

Proportional set size, so that memory shared by processes counts once. Prints each kind of process,
the sum against 1.5 GiB, and exits with 1 if the bar was missed.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil

BAR_BYTES = 3 << 29
MEBIBYTE = 1 << 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--state", default=None, help="the state directory of `network up`")
    state = parser.parse_args().state
    command = [str(Path(sys.executable).parent / "crosscredit"), "network", "status", "--json"]
    if state:
        command += ["--state", state]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    held: Counter[str] = Counter()
    for process in json.loads(shown.stdout):
        if process["pid"] is None:
            sys.exit(f"{process['member']} {process['component']} does not run: make up")
        held[process["component"]] += psutil.Process(process["pid"]).memory_full_info().pss
    for component, size in held.most_common():
        print(f"{component:20} {size / MEBIBYTE:8.0f} MiB")
    total = held.total()
    ratio = total / BAR_BYTES
    print(f"{'all':20} {total / MEBIBYTE:8.0f} MiB of {BAR_BYTES // MEBIBYTE}: ratio {ratio:.2f}")
    return 1 if total > BAR_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
