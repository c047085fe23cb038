import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from network.binaries import mended as mending
from network.binaries.cache import MENDED, MODULE
from network.binaries.mended import changed, mended
from network.errors import BinariesError

PLAN = tomllib.loads(MENDED.read_text(encoding="utf-8"))
WHOLE = "".join(change["old"] for change in PLAN["changes"])


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library as Go keeps it: nothing in it may be written."""
    library = tmp_path / "cache" / "library"
    source = library / PLAN["file"]
    source.parent.mkdir(parents=True)
    source.write_text(WHOLE)
    (library / "go.mod").write_text(f"module {PLAN['module']}\n")
    for path in (*library.rglob("*"), library):
        path.chmod(0o555 if path.is_dir() else 0o444)

    async def run(command: list[Any], *, folder: Path, **_: Any) -> str:
        assert command == [Path("go"), "mod", "download", "-json", PLAN["module"]]
        assert folder == MODULE
        return "go: downloading\n" + json.dumps({"Path": PLAN["module"], "Dir": str(library)})

    monkeypatch.setattr(mending, "run", run)
    return library


async def test_the_build_is_given_a_changed_copy(tmp_path: Path, fetched: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    named = await mended(Path("go"), {}, folder)
    copy = folder / "library"
    source = (copy / PLAN["file"]).read_text()
    assert all(change["new"] in source for change in PLAN["changes"])
    assert (copy / "go.mod").read_text() == (fetched / "go.mod").read_text()
    assert (fetched / PLAN["file"]).read_text() == WHOLE
    written = named.read_text()
    assert written.startswith((MODULE / "go.mod").read_text())
    assert written.endswith(f'\nreplace {PLAN["module"]} => "{copy}"\n')
    assert named.with_suffix(".sum").read_bytes() == (MODULE / "go.sum").read_bytes()


@pytest.mark.parametrize("change", PLAN["changes"])
@pytest.mark.parametrize("times", [0, 2])
def test_another_library_is_refused(change: Mapping[str, str], times: int) -> None:
    other = WHOLE.replace(change["old"], change["old"] * times)
    with pytest.raises(BinariesError, match="exactly once"):
        changed(other, PLAN)


def test_the_module_that_is_changed_is_one_that_fabric_is_built_from() -> None:
    assert f"\t{PLAN['module']} v" in (MODULE / "go.mod").read_text()
