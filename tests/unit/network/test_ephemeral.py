from pathlib import Path

import pytest

from network import ephemeral as subject
from network.config import load
from network.errors import ComponentFailedError
from network.progress import Silence


@pytest.mark.asyncio
async def test_no_log_is_named_that_is_gone_when_it_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()

    async def failing(*_: object) -> None:
        raise ComponentFailedError("beta/gateway", "ended. Its last words:\nno room", state / "log")

    monkeypatch.setattr(subject, "_temporary", lambda: state)
    monkeypatch.setattr(subject, "up", failing)
    with pytest.raises(ComponentFailedError) as caught:
        async with subject.ephemeral(load(), Silence()):
            pass
    assert str(caught.value) == "beta/gateway: ended. Its last words:\nno room"
    assert not state.exists()
