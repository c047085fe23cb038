import os

# A variable of these overrides a setting of Fabric's programs, or of ours, from outside.
_OVERRIDING = ("CORE_", "ORDERER_", "FABRIC_", "CONFIGTX_", "CHAINCODE_", "OSNADMIN_")


def clean_environment() -> dict[str, str]:
    """Return the tool's environment without what would override a member's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OVERRIDING)}
