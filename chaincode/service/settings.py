"""What the process is told by its environment: names in Fabric's own style, secrets as files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissing(Exception):
    """The process does not start half configured."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen, how to prove it, and what this member's operator agreed to."""

    chaincode_id: str
    address: str
    certificate: Path
    private_key: Path
    client_authority: Path
    constitution_digest: str
    member: str
    """The MSP id of whoever runs this process."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingMissing: names the variable that is not set.
    """

    def need(name: str) -> str:
        value = environment.get(name, "")
        if not value:
            raise SettingMissing(f"{name} is not set: the chaincode does not start without it")
        return value

    return Settings(
        chaincode_id=need("CHAINCODE_ID"),
        address=need("CHAINCODE_SERVER_ADDRESS"),
        certificate=Path(need("CHAINCODE_TLS_CERT_FILE")),
        private_key=Path(need("CHAINCODE_TLS_KEY_FILE")),
        client_authority=Path(need("CHAINCODE_TLS_CLIENT_CA_FILE")),
        constitution_digest=need("CROSSCREDIT_CONSTITUTION_DIGEST"),
        member=need("CROSSCREDIT_MEMBER"),
    )
