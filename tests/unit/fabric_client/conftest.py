"""A certificate authority in memory, and a peer's gateway on loopback that does as it is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2, events_pb2_grpc, peer_pb2_grpc, proposal_response_pb2
from google.protobuf import any_pb2

from fabric_client.assembly import endorse, envelope_payload, response_payload
from fabric_client.blocks.read_write_set import Namespace, ReadWriteSet, Write
from fabric_client.connection import ClientTls, Connection
from fabric_client.identity import Identity, PrivateKeySigner, SigningIdentity
from fabric_client.rpc_status import RpcStatus


def _name(common_name: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Authority:
    """Issues certificates for whatever name a test likes."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = _name("authority", "ca")
        self.certificate = (
            self._builder(self.subject, self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def root_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, subject: x509.Name, public_key: Any, hosts: tuple[str, ...] = ()) -> bytes:
        builder = self._builder(subject, public_key)
        if hosts:
            names: list[x509.GeneralName] = [
                x509.IPAddress(ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts
            ]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def signing_identity(
        self, msp_id: str, common_name: str = "someone", unit: str = "client"
    ) -> SigningIdentity:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = self.issue(_name(common_name, unit), key.public_key())
        return SigningIdentity(Identity(msp_id, pem), PrivateKeySigner(key))

    def tls(self, common_name: str) -> ClientTls:
        key = ec.generate_private_key(ec.SECP256R1())
        hosts = ("localhost", "127.0.0.1")
        return ClientTls(
            self.issue(_name(common_name, "tls"), key.public_key(), hosts), key_pem(key)
        )

    def _builder(self, subject: x509.Name, public_key: Any) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
        )


def rpc_status_trailer(code: int, *details: tuple[str, str, str]) -> tuple[tuple[str, bytes], ...]:
    packed = []
    for address, msp_id, message in details:
        item = any_pb2.Any()
        item.Pack(gateway_pb2.ErrorDetail(address=address, msp_id=msp_id, message=message))
        packed.append(item)
    status = RpcStatus(code=code, details=packed)
    return (("grpc-status-details-bin", status.SerializeToString()),)


@dataclass
class FakePeer:
    """What the peer on loopback answers, and what it was asked.

    A handler in `on` (by the method's name) takes the request and the context and answers instead
    of the default, which is that of a healthy peer.
    """

    authority: Authority
    port: int = 0
    endorsers: list[SigningIdentity] = field(default_factory=list)
    result: bytes = b"result"
    read_write_set: ReadWriteSet = field(
        default_factory=lambda: ReadWriteSet((Namespace("cc", writes=(Write("k", b"v"),)),))
    )
    code: int = 0
    block_number: int = 7
    on: dict[str, Callable[[Any, Any], Awaitable[Any]]] = field(default_factory=dict)
    requests: list[tuple[str, Any]] = field(default_factory=list)

    async def handle(self, method: str, request: Any, context: Any) -> Any:
        self.requests.append((method, request))
        if method in self.on:
            return await self.on[method](request, context)
        return await getattr(self, f"_{method}")(request)

    def asked(self, method: str) -> list[Any]:
        return [request for name, request in self.requests if name == method]

    def client_tls(self) -> ClientTls:
        return self.authority.tls("client")

    async def _evaluate(self, _: Any) -> Any:
        return gateway_pb2.EvaluateResponse(
            result=proposal_response_pb2.Response(status=200, payload=self.result)
        )

    async def _endorse(self, request: Any) -> Any:
        payload = await self.endorsed(request.proposed_transaction.proposal_bytes)
        return gateway_pb2.EndorseResponse(
            prepared_transaction=common_pb2.Envelope(payload=payload)
        )

    async def endorsed(self, proposal: bytes) -> bytes:
        response = response_payload(
            proposal, self.read_write_set, chaincode_version="1", result=self.result
        )
        endorsements = [await endorse(response, endorser) for endorser in self.endorsers]
        return envelope_payload(proposal, response, endorsements)

    async def _submit(self, _: Any) -> Any:
        return gateway_pb2.SubmitResponse()

    async def _commit_status(self, _: Any) -> Any:
        return gateway_pb2.CommitStatusResponse(result=self.code, block_number=self.block_number)

    async def _process_proposal(self, request: Any) -> Any:
        payload = response_payload(
            request.proposal_bytes, self.read_write_set, chaincode_version="1", result=self.result
        )
        endorsement = await endorse(payload, self.endorsers[0])
        return proposal_response_pb2.ProposalResponse(
            response=proposal_response_pb2.Response(status=200, payload=self.result),
            payload=payload,
            endorsement=proposal_response_pb2.Endorsement(
                endorser=endorsement.endorser_bytes, signature=endorsement.signature
            ),
        )

    async def _chaincode_events(self, request: Any) -> Any:
        raise NotImplementedError

    async def _deliver(self, request: Any) -> Any:
        raise NotImplementedError


class _Gateway(gateway_pb2_grpc.GatewayServicer):  # type: ignore[misc] # generated without types
    def __init__(self, peer: FakePeer) -> None:
        self.peer = peer

    async def Evaluate(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the service's name
        return await self.peer.handle("evaluate", request, context)

    async def Endorse(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the service's name
        return await self.peer.handle("endorse", request, context)

    async def Submit(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the service's name
        return await self.peer.handle("submit", request, context)

    async def CommitStatus(self, request: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        return await self.peer.handle("commit_status", request, context)

    async def ChaincodeEvents(self, request: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        for response in await self.peer.handle("chaincode_events", request, context):
            if isinstance(response, grpc.StatusCode):
                await context.abort(response, "as told")
            yield response


class _Endorser(peer_pb2_grpc.EndorserServicer):  # type: ignore[misc] # generated without types
    def __init__(self, peer: FakePeer) -> None:
        self.peer = peer

    async def ProcessProposal(self, request: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        return await self.peer.handle("process_proposal", request, context)


class _Deliver(events_pb2_grpc.DeliverServicer):  # type: ignore[misc] # generated without types
    def __init__(self, peer: FakePeer) -> None:
        self.peer = peer

    async def _stream(self, requests: Any, context: Any) -> AsyncIterator[Any]:
        async for envelope in requests:
            payload = common_pb2.Payload.FromString(envelope.payload)
            seek = ab_pb2.SeekInfo.FromString(payload.data)
            for response in await self.peer.handle("deliver", (envelope, payload, seek), context):
                if isinstance(response, grpc.StatusCode):
                    await context.abort(response, "as told")
                yield response
            return

    async def Deliver(self, requests: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        async for response in self._stream(requests, context):
            yield response

    async def DeliverFiltered(self, requests: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        async for response in self._stream(requests, context):
            yield response

    async def DeliverWithPrivateData(self, requests: Any, context: Any) -> Any:  # noqa: N802 -- likewise
        async for response in self._stream(requests, context):
            yield response


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def trailer() -> Callable[..., tuple[tuple[str, bytes], ...]]:
    return rpc_status_trailer


@pytest.fixture
def delivered() -> Callable[[bytes], Any]:
    def response(block: bytes) -> Any:
        return events_pb2.DeliverResponse(block=common_pb2.Block.FromString(block))

    return response


@pytest.fixture
async def peer(authority: Authority) -> AsyncIterator[FakePeer]:
    """A peer on loopback, over mutual TLS."""
    fake = FakePeer(
        authority,
        endorsers=[
            authority.signing_identity("alphaMSP", "peer0", "peer"),
            authority.signing_identity("betaMSP", "peer0", "peer"),
        ],
    )
    tls = authority.tls("peer")
    server = grpc.aio.server()
    gateway_pb2_grpc.add_GatewayServicer_to_server(_Gateway(fake), server)
    peer_pb2_grpc.add_EndorserServicer_to_server(_Endorser(fake), server)
    events_pb2_grpc.add_DeliverServicer_to_server(_Deliver(fake), server)
    credentials = grpc.ssl_server_credentials(
        [(tls.key_pem, tls.certificate_pem)],
        root_certificates=authority.root_pem,
        require_client_auth=True,
    )
    fake.port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    yield fake
    await server.stop(grace=None)


@pytest.fixture
async def connection(peer: FakePeer) -> AsyncIterator[Connection]:
    async with Connection(
        f"localhost:{peer.port}", peer.authority.root_pem, client=peer.client_tls()
    ) as connection:
        yield connection


@pytest.fixture
def alice(authority: Authority) -> SigningIdentity:
    return authority.signing_identity("alphaMSP", "alice")
