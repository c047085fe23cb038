"""Hand in, move and open a large file through real gateways: what it adds to their memory.

    python bench/work_through_gateways.py [megabytes] [--port-offset N]

Starts a consortium of its own (Fabric must be there), plays the story up to the admission, uploads
at alpha, waits until the sealed body has moved to beta, and opens it there. Prints for each gateway
the peak of its resident memory above what it held before, and for each step its throughput as a
ratio to SHA-256 of the same bytes in the same run. Exits with 1 if a gateway took more than 64 MiB.
Linux: peaks are read from /proc.
"""

import argparse
import asyncio
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from crosscredit.consortium import HOOKS
from demo.stage import staged
from demo.step import Step
from demo.story import course, learning, registration
from demo.story.cast import Cast
from demo.work import work_files
from demo.world import World
from network.config import load
from network.ephemeral import ephemeral
from network.processes.note import ProcessNote
from network.progress import ConsoleProgress
from network.up import Options, Running

BAR_MEBIBYTES = 64
PIECE = 1 << 20
EXAMPLES = Path(__file__).parents[1] / "examples" / "work"
HOME, TEACHING = "alpha", "beta"


class Peak:
    """How far a process's resident memory rose above what it is now."""

    def __init__(self, pid: int) -> None:
        self._proc = Path(f"/proc/{pid}")
        (self._proc / "clear_refs").write_text("5")  # proc(5): the peak begins anew
        self._before = self._read("VmRSS")

    def mebibytes(self) -> float:
        """The rise so far."""
        return (self._read("VmHWM") - self._before) / 1024

    def _read(self, name: str) -> int:
        lines = (self._proc / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


async def pieces(file: Path) -> AsyncIterator[bytes]:
    """The file as a client streams it."""
    with await asyncio.to_thread(file.open, "rb") as source:
        while piece := await asyncio.to_thread(source.read, PIECE):
            yield piece


def make_work(file: Path, megabytes: int) -> tuple[str, float]:
    """Write random work; its SHA-256, and the seconds that computing it takes."""
    with file.open("wb") as target:
        for _ in range(megabytes):
            target.write(os.urandom(1_000_000))
    started, digest = time.perf_counter(), hashlib.sha256()
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            digest.update(piece)
    return digest.hexdigest(), time.perf_counter() - started


async def upload(cast: Cast, enrolment: str, file: Path) -> None:
    """Hand the file in at home, streaming."""
    student = cast.student
    response = await student.gateway.client.post(
        f"/v1/enrolments/{enrolment}/work?part={course.ESSAY}",
        headers=student.authorization
        | {"Content-Type": "application/octet-stream", "Prefer": "wait=60"},
        content=pieces(file),
        timeout=600,
    )
    if response.status_code != httpx.codes.OK:
        raise SystemExit(f"the upload was answered {response.status_code}: {response.text}")


async def arrive(cast: Cast, enrolment: str) -> None:
    """Wait until the teaching university has it."""
    await cast.teacher.until(
        "sees the work arrive",
        f"/v1/enrolments/{enrolment}/work",
        lambda found: bool(found["entries"] and found["entries"][0]["here"]),
        what="the sealed work",
    )


async def download(cast: Cast, enrolment: str, expected: str) -> None:
    """Open the work as its teacher, streaming, and compare its digest."""
    teacher, digest = cast.teacher, hashlib.sha256()
    path = f"/v1/enrolments/{enrolment}/work/1/content"
    async with teacher.gateway.client.stream(
        "GET", path, headers=teacher.authorization, timeout=600
    ) as response:
        if response.status_code != httpx.codes.OK:
            raise SystemExit(f"the work was answered {response.status_code}")
        async for chunk in response.aiter_raw():
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise SystemExit("the work that was opened is not the work that was handed in")


async def measure(running: Running, world: World, file: Path, megabytes: int) -> bool:
    """Play, measure, print; whether every gateway stayed within its bar."""
    cast = await registration.play(world)
    enrolment = await learning.enrol(world, cast, await course.play(world, cast))
    digest, reference = make_work(file, megabytes)
    peaks = {name: Peak(gateway_pid(running, name)) for name in (HOME, TEACHING)}
    print(f"{megabytes} MB; SHA-256 of it alone: {reference:.2f} s")
    for name, step in (
        ("seal and hand in", upload(cast, enrolment, file)),
        ("move to beta", arrive(cast, enrolment)),
        ("open at beta", download(cast, enrolment, digest)),
    ):
        started = time.perf_counter()
        await step
        seconds = time.perf_counter() - started
        print(f"{name:17} {seconds:6.2f} s, {seconds / reference:5.1f} times SHA-256")
    added = {name: peak.mebibytes() for name, peak in peaks.items()}
    for name, mebibytes in added.items():
        print(f"{name}'s gateway: {mebibytes:.0f} MiB added at its peak (at most {BAR_MEBIBYTES})")
    return max(added.values()) <= BAR_MEBIBYTES


def gateway_pid(running: Running, name: str) -> int:
    """The process of a member's gateway."""
    member = next(m for m in running.layout.members if m.member.name == name)
    note = ProcessNote.read(member.pid_file("gateway"))
    if note is None:
        raise SystemExit(f"{name}'s gateway does not run")
    return note.pid


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("megabytes", nargs="?", type=int, default=200)
    parser.add_argument("--port-offset", type=int, default=0)
    asked = parser.parse_args()
    consortium = load(port_offset=asked.port_offset)
    options = Options(
        constitution=HOOKS.constitution(consortium), found=HOOKS.found, prove=HOOKS.prove
    )
    steps: list[Step] = []
    with tempfile.NamedTemporaryFile(prefix="crosscredit-work-") as file:
        async with (
            ephemeral(consortium, ConsoleProgress(), options) as running,
            staged(running, work_files(EXAMPLES), steps.append) as world,
        ):
            kept = await measure(running, world, Path(file.name), asked.megabytes)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
