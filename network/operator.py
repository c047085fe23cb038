"""What a member's operator does with Fabric's own commands, over mutual TLS."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from network.binaries import Binaries
from network.commands import run
from network.errors import CommandFailedError
from network.files import write_yaml
from network.layout import MemberLayout

# Safety nets, also on a machine where everything takes fifty times as long.
_COMMAND_SECONDS = 300.0
_JOIN_SECONDS = 300.0
# What Fabric's `peer` itself waits for connections and commits (3 s and 30 s by default).
_CONNECT = "60s"
_COMMIT = "240s"


@dataclass(frozen=True, slots=True)
class Operator:
    """One member's operator at its own peer and orderer."""

    member: MemberLayout
    binaries: Binaries

    def write_settings(self) -> None:
        """Write the core.yaml with which the operator's `peer` command finds its identity."""
        member, tls = self.member, self.member.operator_tls
        settings = {
            "peer": {
                "address": str(member.peer),
                "localMspId": member.member.msp_id,
                "mspConfigPath": str(member.operator.folder),
                "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
                "client": {"connTimeout": _CONNECT},
                "tls": {
                    "enabled": True,
                    "clientAuthRequired": True,
                    "rootcert": {"file": str(member.tls_root)},
                    "clientCert": {"file": str(tls.certificate)},
                    "clientKey": {"file": str(tls.key)},
                },
            }
        }
        write_yaml(self._folder / "core.yaml", settings)

    @property
    def _folder(self) -> Path:
        return self.member.operator.folder.parent

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables under which `peer` acts as this operator."""
        return {"FABRIC_CFG_PATH": str(self._folder), "FABRIC_LOGGING_SPEC": "error"}

    async def peer(
        self, *arguments: str | Path, environment: Mapping[str, str] | None = None
    ) -> str:
        """Run Fabric's `peer` command at the member's own peer.

        Args:
            arguments: of the command.
            environment: variables that override the operator's settings.

        Raises:
            CommandFailedError: it ended with an error.
        """
        return await run(
            [self.binaries.path("peer"), *arguments],
            timeout=_COMMAND_SECONDS,
            environment={**self.environment, **(environment or {})},
        )

    async def join_orderer(self, channel: str, genesis: Path) -> None:
        """Make the member's orderer serve a channel.

        Raises:
            CommandFailedError: the orderer refused.
        """
        tls = self.member.operator_tls
        command: list[str | Path] = [
            self.binaries.path("osnadmin"),
            "channel",
            "join",
            "--no-status",
        ]
        command += ["--channelID", channel, "--config-block", str(genesis)]
        command += ["-o", str(self.member.orderer_admin), "--ca-file", str(self.member.tls_root)]
        command += ["--client-cert", str(tls.certificate), "--client-key", str(tls.key)]
        printed = await run(command, timeout=_JOIN_SECONDS)
        # osnadmin ends with status 0 whatever the orderer says; the answer is JSON.
        try:
            answer = json.loads(printed)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or answer.get("name") != channel:
            raise CommandFailedError("osnadmin channel join", 1, printed)

    async def join_peer(self, genesis: Path) -> None:
        """Make the member's peer keep a channel's ledger.

        Raises:
            CommandFailedError: the peer refused.
        """
        await self.peer("channel", "join", "-b", genesis)

    def orderer_flags(self, orderer: MemberLayout) -> Sequence[str]:
        """Return the flags with which `peer` reaches an orderer over mutual TLS and waits."""
        tls = self.member.operator_tls
        flags = ["-o", str(orderer.orderer), "--tls", "--cafile", str(orderer.tls_root)]
        return [
            *flags,
            "--clientauth",
            "--certfile",
            str(tls.certificate),
            "--keyfile",
            str(tls.key),
            "--connTimeout",
            _CONNECT,
            "--waitForEventTimeout",
            _COMMIT,
        ]
