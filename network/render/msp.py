from typing import Any

_UNITS = {
    "ClientOUIdentifier": "client",
    "PeerOUIdentifier": "peer",
    "AdminOUIdentifier": "admin",
    "OrdererOUIdentifier": "orderer",
}


def node_ous() -> dict[str, Any]:
    """Give an MSP's config.yaml: roles come from the certificate's organizational unit."""
    units = {
        name: {"Certificate": "cacerts/ca.pem", "OrganizationalUnitIdentifier": unit}
        for name, unit in _UNITS.items()
    }
    return {"NodeOUs": {"Enable": True, **units}}
