import asyncio
from pathlib import Path
from typing import Any

import pytest

from network.binaries import build as building
from network.binaries.build import build
from network.binaries.cache import MODULE, MODULES, cached
from network.binaries.programs import PROGRAMS
from network.binaries.toolchain import Toolchain
from network.errors import BinariesError, CommandFailedError, StateDirectoryError
from network.progress import Silence

TOOLS = Toolchain(Path("go"), {"CC": "gcc"})
MODFILE = Path("fabric.mod")


class Compiler:
    """Stands for `go build`: makes the programs of the module it is run in."""

    def __init__(self) -> None:
        self.modules: list[Path] = []
        self.fails = False
        self.forgets: set[str] = set()

    async def run(self, command: list[str], *, folder: Path, watch: Any, **_: Any) -> str:
        self.modules.append(folder)
        assert (f"-modfile={MODFILE}" in command) == (folder == MODULE)
        await asyncio.sleep(0)
        watch("go: downloading github.com/x v1")
        watch("github.com/x")
        if self.fails:
            raise CommandFailedError("go", 1, "no such module")
        target = Path(command[command.index("-o") + 1])
        ca = {"fabric-ca-server"}
        for name in ca if folder.name == "ca" else set(PROGRAMS) - ca:
            if name not in self.forgets:
                (target / name).write_bytes(b"program")
                (target / name).chmod(0o755)
        return ""


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    async def tools(_progress: object) -> Toolchain:
        return TOOLS

    async def mended(_go: Path, _environment: object, folder: Path) -> Path:
        assert folder.name.endswith(".source")
        return MODFILE

    compiler = Compiler()
    monkeypatch.setattr(building, "toolchain", tools)
    monkeypatch.setattr(building, "mended", mended)
    monkeypatch.setattr(building, "run", compiler.run)
    return compiler


async def test_a_build_makes_the_whole_folder(tmp_path: Path, compiler: Compiler) -> None:
    built = await build(tmp_path / "cache" / "3.1.1-x", Silence())
    assert compiler.modules == list(MODULES)
    assert cached(built.folder) is not None
    assert not [*(tmp_path / "cache").glob("*.part"), *(tmp_path / "cache").glob("*.source")]


async def test_two_builds_at_once_build_once(tmp_path: Path, compiler: Compiler) -> None:
    folder = tmp_path / "cache" / "3.1.1-x"
    one, other = await asyncio.gather(build(folder, Silence()), build(folder, Silence()))
    assert one.folder == other.folder
    assert {one.source, other.source} == {"built", "cache"}
    assert compiler.modules == list(MODULES)


async def test_half_a_cache_is_built_anew(tmp_path: Path, compiler: Compiler) -> None:
    folder = tmp_path / "cache" / "3.1.1-x"
    folder.mkdir(parents=True)
    (folder / "peer").write_bytes(b"half")
    folder.with_name("3.1.1-x.part").mkdir()
    await build(folder, Silence())
    assert cached(folder) is not None
    assert compiler.modules == list(MODULES)


async def test_a_failed_build_leaves_no_folder_and_says_what_to_do(
    tmp_path: Path, compiler: Compiler
) -> None:
    compiler.fails = True
    with pytest.raises(BinariesError, match=r"no such module\n.*GOPROXY"):
        await build(tmp_path / "cache" / "3.1.1-x", Silence())
    assert not (tmp_path / "cache" / "3.1.1-x").exists()
    assert not (tmp_path / "cache" / "3.1.1-x.source").exists()
    compiler.fails = False
    compiler.forgets = {"osnadmin"}
    with pytest.raises(BinariesError, match="made no osnadmin"):
        await build(tmp_path / "cache" / "3.1.1-x", Silence())
    compiler.forgets = set()
    assert (await build(tmp_path / "cache" / "3.1.1-x", Silence())).source == "built"


async def test_no_room_and_no_place_are_said(
    tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_SPACE", 1 << 60)
    with pytest.raises(StateDirectoryError, match="building Fabric"):
        await build(tmp_path / "cache" / "3.1.1-x", Silence())
    (tmp_path / "file").write_text("")
    with pytest.raises(BinariesError, match="cannot be made"):
        await build(tmp_path / "file" / "3.1.1-x", Silence())
    assert compiler.modules == []
