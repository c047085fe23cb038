from pathlib import Path

import pytest

from chaincode.service.settings import SettingMissing, read_settings
from tests.support.chaincode_service import VARIABLES, environment


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = read_settings(environment(tmp_path))
    assert settings.chaincode_id == "credit:0123"
    assert settings.address == "127.0.0.1:0"
    assert settings.certificate == tmp_path / "tls.pem"
    assert settings.private_key == tmp_path / "tls.key"
    assert settings.client_authority == tmp_path / "roots.pem"
    assert settings.constitution_digest == "0" * 64
    assert settings.member == "alphaMSP"


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("empty", [True, False])
def test_what_is_missing_or_empty_is_named(tmp_path: Path, name: str, *, empty: bool) -> None:
    given = environment(tmp_path)
    if empty:
        given[name] = ""
    else:
        del given[name]
    with pytest.raises(SettingMissing, match=f"{name} is not set"):
        read_settings(given)
