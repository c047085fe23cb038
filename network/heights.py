"""How many blocks of a channel an orderer or a peer has, by its own word."""

import asyncio
import ssl
from datetime import UTC, datetime

import grpc
import httpx
from fabric_protos.common import ledger_pb2
from google.protobuf.message import DecodeError

from fabric_client import ClientTls, Connection, FabricClientError, GatewayError, SigningIdentity
from fabric_client.assembly import ProposalContent, new_nonce
from fabric_client.endorser import Endorser
from network.errors import HeightUnknownError
from network.layout import MemberLayout

_SECONDS = 10.0
_SILENT = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})


async def orderer_height(member: MemberLayout, channel: str) -> int:
    """Ask a member's orderer, as its operator (Fabric's channel participation API).

    Raises:
        HeightUnknownError: it does not answer, or does not order the channel.
    """
    url = f"{member.orderer_admin.url}/participation/v1/channels/{channel}"
    try:
        # httpx bounds each step of a request; the whole is what matters here.
        async with (
            asyncio.timeout(_SECONDS),
            httpx.AsyncClient(verify=_tls(member), timeout=None, trust_env=False) as client,  # noqa: S113
        ):
            response = await client.get(url)
    except (OSError, httpx.TransportError, TimeoutError) as error:
        raise _silent(error) from error
    try:
        found = response.json()
        if response.status_code == httpx.codes.NOT_FOUND:
            raise HeightUnknownError(f"does not order the channel {channel}: it never joined")
        if found["status"] == "failed":
            raise HeightUnknownError(f"cannot order the channel {channel}: its log says why")
        return int(found["height"])
    except (ValueError, KeyError, TypeError) as error:
        raise HeightUnknownError(
            f"answered nothing about the channel {channel}: HTTP {response.status_code}"
        ) from error


async def peer_height(member: MemberLayout, channel: str) -> int:
    """Ask a member's peer, as its operator (qscc's GetChainInfo).

    A peer whose channel did not load starts all the same; its qscc tells.

    Raises:
        HeightUnknownError: it does not answer, or does not serve the channel.
    """
    try:
        operator = SigningIdentity.from_pem(
            member.member.msp_id,
            member.operator.certificate.read_bytes(),
            member.operator.key.read_bytes(),
        )
        tls = member.operator_tls
        client = ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes())
        question = ProposalContent(
            creator=operator.identity,
            channel_id=channel,
            chaincode_name="qscc",
            arguments=(b"GetChainInfo", channel.encode()),
            timestamp=datetime.now(UTC),
            nonce=new_nonce(),
        )
        address, roots = str(member.peer), member.tls_root.read_bytes()
        async with Connection(address, roots, client=client) as connection:
            endorser = Endorser(connection, timeout=_SECONDS)
            answer = await endorser.process_proposal(question, operator)
        if not answer.endorsed:
            raise HeightUnknownError(f"does not serve the channel {channel}: {answer.message}")
        return int(ledger_pb2.BlockchainInfo.FromString(answer.result).height)
    except GatewayError as error:
        if error.status in _SILENT:
            raise _silent(error) from error
        raise HeightUnknownError(
            f"does not serve the channel {channel}: {error.message}"
        ) from error
    except (FabricClientError, DecodeError) as error:
        raise HeightUnknownError(
            f"answered nothing about the channel {channel}: {error}"
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise HeightUnknownError(
            f"cannot be asked, {member.member.name}'s operator has no usable identity: {error}"
        ) from error


def _tls(member: MemberLayout) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(member.tls_root))
    context.load_cert_chain(member.operator_tls.certificate, member.operator_tls.key)
    return context


def _silent(error: Exception) -> HeightUnknownError:
    what = str(error).splitlines()[0] if str(error) else "no answer in time"
    return HeightUnknownError(f"does not answer within {_SECONDS:g} s ({what})")
