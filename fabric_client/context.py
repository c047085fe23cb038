from dataclasses import dataclass

from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Identity, Signer
from fabric_client.retry import RetryPolicy


@dataclass(frozen=True, slots=True)
class Context:
    """What everything that a gateway makes has in common."""

    service: GatewayService
    identity: Identity
    signer: Signer | None
    retry: RetryPolicy
