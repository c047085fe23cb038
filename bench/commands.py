"""How long the newcomer's commands take, against what was asked of them.

    python bench/commands.py demo check      # or: test, cold

`cold` removes nothing of yours: it clones the repository and builds everything into empty caches.
Prints seconds, the bar, and their ratio for each, and exits with 1 if a bar was missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BARS_SECONDS = {"cold": 360, "demo": 60, "check": 120, "test": 720}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", nargs="+", choices=sorted(BARS_SECONDS))
    missed = 0
    print(f"{os.cpu_count()} processors")
    for name in parser.parse_args().commands:
        seconds = cold() if name == "cold" else timed(["make", name], ROOT, dict(os.environ))
        bar = BARS_SECONDS[name]
        missed += seconds > bar
        print(f"{name:6} {seconds:7.1f} s of {bar} s: ratio {seconds / bar:.2f}")
    return 1 if missed else 0


def cold() -> float:
    """`make demo` on a fresh clone with empty caches."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        clone = home / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        environment = dict(os.environ) | {
            "HOME": folder,
            "XDG_CACHE_HOME": str(home / "cache"),
            "GOPATH": str(home / "go"),
            "GOMODCACHE": str(home / "go" / "mod"),
            "GOCACHE": str(home / "gocache"),
            "GOFLAGS": "-modcacherw",
            "PIP_CACHE_DIR": str(home / "pip"),
            "UV_CACHE_DIR": str(home / "uv"),
        }
        return timed(["make", "demo"], clone, environment)


def timed(command: list[str], where: Path, environment: dict[str, str]) -> float:
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=where, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
