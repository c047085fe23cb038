"""The environment that a chaincode process is started with."""

from pathlib import Path

from tests.support.shim.stage import Certificates

VARIABLES = (
    "CHAINCODE_ID",
    "CHAINCODE_SERVER_ADDRESS",
    "CHAINCODE_TLS_CERT_FILE",
    "CHAINCODE_TLS_KEY_FILE",
    "CHAINCODE_TLS_CLIENT_CA_FILE",
    "CROSSCREDIT_CONSTITUTION_DIGEST",
    "CROSSCREDIT_MEMBER",
)


def environment(folder: Path) -> dict[str, str]:
    """Give everything that must be set, with TLS files in the folder."""
    return dict(
        zip(
            VARIABLES,
            (
                "credit:0123",
                "127.0.0.1:0",
                str(folder / "tls.pem"),
                str(folder / "tls.key"),
                str(folder / "roots.pem"),
                "0" * 64,
                "alphaMSP",
            ),
            strict=True,
        )
    )


def write_tls(folder: Path, certificates: Certificates) -> None:
    """Write the three TLS files."""
    (folder / "tls.pem").write_bytes(certificates.server.certificate_pem)
    (folder / "tls.key").write_bytes(certificates.server.key_pem)
    (folder / "roots.pem").write_bytes(certificates.root.certificate_pem)
