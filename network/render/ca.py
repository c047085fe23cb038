"""fabric-ca-server's settings: one process, the enrolment authority `ca` and the `tlsca`."""

from typing import Any

from network.layout import MemberLayout

ENROLMENT = "ca"
TLS = "tlsca"
ADMIN = "admin"
_CERTIFICATE_HOURS = "8760h"
_ROOT_HOURS = "131400h"
_EVERYTHING = {
    "hf.Registrar.Roles": "*",
    "hf.Registrar.DelegateRoles": "*",
    "hf.Registrar.Attributes": "*",
    "hf.Revoker": True,
    "hf.GenCRL": True,
    "hf.AffiliationMgr": True,
}


def enrolment_authority(member: MemberLayout, admin_secret: str) -> dict[str, Any]:
    """Give the settings of both authorities' keys, before anything is served."""
    authority = _authority(member, ENROLMENT, admin_secret, ["digital signature"])
    return {**authority, "cafiles": [f"{TLS}/fabric-ca-server-config.yaml"]}


def server(member: MemberLayout, admin_secret: str) -> dict[str, Any]:
    """Give the settings of the process that serves both authorities."""
    certificate, key = str(member.ca_tls.certificate), str(member.ca_tls.key)
    return {
        **enrolment_authority(member, admin_secret),
        "address": member.ca.host,
        "port": member.ca.port,
        "tls": {
            "enabled": True,
            "certfile": certificate,
            "keyfile": key,
            # A newcomer has no certificate yet: who asks proves himself by secret or token.
            "clientauth": {"type": "noclientcert"},
        },
        "operations": {
            "listenAddress": str(member.ca_operations),
            "tls": {
                "enabled": True,
                "cert": {"file": certificate},
                "key": {"file": key},
                # fabric-ca's sample names these two otherwise, and nothing reads those names:
                # without these the endpoint would ask for no certificate (operations/tls.go).
                "clientCertRequired": True,
                "clientCACertFiles": [str(member.tls_root)],
            },
        },
        "metrics": {"provider": "disabled"},
    }


def tls_authority(member: MemberLayout, admin_secret: str) -> dict[str, Any]:
    """Give the settings of the authority for TLS certificates."""
    usage = ["digital signature", "key agreement", "server auth", "client auth"]
    return _authority(member, TLS, admin_secret, usage)


def _authority(
    member: MemberLayout, name: str, admin_secret: str, usage: list[str]
) -> dict[str, Any]:
    return {
        "ca": {"name": name},
        "crl": {"expiry": "24h"},
        "registry": {
            "maxenrollments": -1,
            "identities": [
                {
                    "name": ADMIN,
                    "pass": admin_secret,
                    "type": "client",
                    "affiliation": "",
                    "attrs": _EVERYTHING,
                }
            ],
        },
        "db": {"type": "sqlite3", "datasource": "fabric-ca-server.db"},
        "affiliations": {},
        "signing": {
            "default": {"usage": usage, "expiry": _CERTIFICATE_HOURS},
            "profiles": {"tls": {"usage": usage, "expiry": _CERTIFICATE_HOURS}},
        },
        "csr": {
            "cn": f"{name}.{member.member.name}",
            "keyrequest": {"algo": "ecdsa", "size": 256},
            "names": [{"O": member.member.title}],
            "ca": {"expiry": _ROOT_HOURS, "pathlength": 0},
        },
        "bccsp": {"default": "SW", "sw": {"hash": "SHA2", "security": 256}},
    }
