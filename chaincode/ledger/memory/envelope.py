"""Reading an envelope as a validating peer does, before any policy is looked at.

After Fabric's core/common/validation/msgvalidation.go and the plugin dispatcher. What is wrong with
an envelope is a validation code, as Fabric numbers them (`TxValidationCode`).
"""

from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.protobuf.message import DecodeError

from chaincode.ledger.memory.identity import (
    InvalidIdentity,
    InvalidSignatureBytes,
    Registry,
    UnknownIdentity,
)
from chaincode.ledger.memory.proposal import hash_proposal, transaction_id
from chaincode.ledger.memory.settings import Settings
from chaincode.ledger.memory.transaction import NamespaceSet, Transaction, read_sets


class Invalid(Exception):
    """The transaction is invalid, with Fabric's code."""

    def __init__(self, code: int) -> None:
        super().__init__(transaction_pb2.TxValidationCode.Name(code))
        self.code = code


@dataclass(frozen=True)
class Read:
    """What an envelope holds: a transaction with its read-write sets, or why it holds none.

    Attributes:
        code: 0 (VALID) as far as the envelope itself goes.
        sets: whatever read-write sets can be found in it, valid or not: peers look at those of
            invalid transactions too when they search a block for changes of policies.
        has_action: False where peers that search it so would crash.
    """

    transaction_id: str
    code: int
    transaction: Transaction | None = None
    sets: tuple[NamespaceSet, ...] = ()
    has_action: bool = True


def read(envelope: common_pb2.Envelope, registry: Registry, settings: Settings) -> Read:
    """Read an envelope; never raises."""
    claimed = ""
    try:
        payload, channel, signer = _headers(envelope)
        claimed = channel.tx_id
        _check_creator(envelope, signer.creator, registry, settings)
        if channel.type != common_pb2.ENDORSER_TRANSACTION:
            raise Invalid(transaction_pb2.UNSUPPORTED_TX_PAYLOAD)  # noqa: TRY301 - one way out
        if claimed != transaction_id(signer.nonce, signer.creator):
            raise Invalid(transaction_pb2.BAD_PROPOSAL_TXID)  # noqa: TRY301 - one way out
        transaction = _transaction(payload, channel, signer)
        if channel.channel_id != settings.channel_id:
            raise Invalid(transaction_pb2.TARGET_CHAIN_NOT_FOUND)  # noqa: TRY301 - one way out
    except Invalid as finding:
        sets, has_action = _glimpse(envelope)
        return Read(claimed, finding.code, None, sets, has_action)
    try:
        sets = _sets(transaction)
    except Invalid as finding:
        return Read(claimed, finding.code, transaction, _glimpse(envelope)[0])
    return Read(claimed, transaction_pb2.VALID, transaction, sets)


def _glimpse(envelope: common_pb2.Envelope) -> tuple[tuple[NamespaceSet, ...], bool]:
    """What validator_keylevel.go (extractDependenciesForTx) finds, whatever the envelope is."""
    try:
        payload = common_pb2.Payload.FromString(envelope.payload)
        actions = transaction_pb2.Transaction.FromString(payload.data).actions
        if not actions:
            return (), False
        content = transaction_pb2.ChaincodeActionPayload.FromString(actions[0].payload)
        response = proposal_response_pb2.ProposalResponsePayload.FromString(
            content.action.proposal_response_payload
        )
        action = proposal_pb2.ChaincodeAction.FromString(response.extension)
        return read_sets(action.results), True
    except DecodeError:
        return (), True


def _headers(
    envelope: common_pb2.Envelope,
) -> tuple[common_pb2.Payload, common_pb2.ChannelHeader, common_pb2.SignatureHeader]:
    try:
        payload = common_pb2.Payload.FromString(envelope.payload)
    except DecodeError as error:
        raise Invalid(transaction_pb2.BAD_PAYLOAD) from error
    try:
        channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        signer = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
    except DecodeError as error:
        raise Invalid(transaction_pb2.BAD_COMMON_HEADER) from error
    if channel.epoch or not signer.nonce or not signer.creator:
        raise Invalid(transaction_pb2.BAD_COMMON_HEADER)
    return payload, channel, signer


def _check_creator(
    envelope: common_pb2.Envelope, creator: bytes, registry: Registry, settings: Settings
) -> None:
    try:
        identity = registry.deserialize(creator)
        identity.require_valid()
        if settings.verify_signatures:
            identity.verify(envelope.payload, envelope.signature)
    except (UnknownIdentity, InvalidIdentity, InvalidSignatureBytes) as error:
        raise Invalid(transaction_pb2.BAD_CREATOR_SIGNATURE) from error


def _transaction(
    payload: common_pb2.Payload,
    channel: common_pb2.ChannelHeader,
    signer: common_pb2.SignatureHeader,
) -> Transaction:
    try:
        actions = transaction_pb2.Transaction.FromString(payload.data).actions
        if len(actions) != 1:
            raise Invalid(transaction_pb2.INVALID_ENDORSER_TRANSACTION)
        inner = common_pb2.SignatureHeader.FromString(actions[0].header)
        content = transaction_pb2.ChaincodeActionPayload.FromString(actions[0].payload)
        response = proposal_response_pb2.ProposalResponsePayload.FromString(
            content.action.proposal_response_payload
        )
        action = proposal_pb2.ChaincodeAction.FromString(response.extension)
    except DecodeError as error:
        raise Invalid(transaction_pb2.INVALID_ENDORSER_TRANSACTION) from error
    header = common_pb2.Header(
        channel_header=payload.header.channel_header, signature_header=actions[0].header
    )
    hashed = hash_proposal(header, content.chaincode_proposal_payload)
    if not inner.nonce or not inner.creator or hashed != response.proposal_hash:
        raise Invalid(transaction_pb2.INVALID_ENDORSER_TRANSACTION)
    return Transaction(
        header=payload.header,
        channel=channel,
        creator=signer.creator,
        nonce=signer.nonce,
        public_payload=content.chaincode_proposal_payload,
        response_payload=content.action.proposal_response_payload,
        proposal_hash=response.proposal_hash,
        action=action,
        endorsements=tuple(content.action.endorsements),
    )


def _sets(transaction: Transaction) -> tuple[NamespaceSet, ...]:
    action = transaction.action
    try:
        sets = read_sets(action.results)
    except DecodeError as error:
        raise Invalid(transaction_pb2.BAD_RWSET) from error
    try:
        extension = proposal_pb2.ChaincodeHeaderExtension.FromString(transaction.channel.extension)
    except DecodeError as error:
        raise Invalid(transaction_pb2.BAD_HEADER_EXTENSION) from error
    name = extension.chaincode_id.name
    if not name or name != action.chaincode_id.name or not action.chaincode_id.version:
        raise Invalid(transaction_pb2.INVALID_CHAINCODE)
    _check_event(action.events, name)
    namespaces = [part.namespace for part in sets]
    if len(set(namespaces)) != len(namespaces):
        raise Invalid(transaction_pb2.ILLEGAL_WRITESET)
    return sets


def _check_event(events: bytes, chaincode: str) -> None:
    if not events:
        return
    try:
        event = chaincode_event_pb2.ChaincodeEvent.FromString(events)
    except DecodeError as error:
        raise Invalid(transaction_pb2.INVALID_OTHER_REASON) from error
    if event.chaincode_id != chaincode:
        raise Invalid(transaction_pb2.INVALID_OTHER_REASON)
