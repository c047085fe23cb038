"""config.toml of one member's gateway: everything that it may know, secrets named by file."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chaincode.domain.values import Digest, MspId


class ConfigurationError(Exception):
    """The gateway does not start: names the file and the field."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^/\s]+$")]
Endpoint = Annotated[str, StringConstraints(pattern=r"^\S+:\d{1,5}$")]


class KeyPair(_Section):
    """A certificate and its key, PEM files."""

    certificate: Path
    key: Path


class Member(_Section):
    """Whose gateway this is."""

    name: Name
    title: str
    msp_id: MspId
    kind: str


class Listen(KeyPair):
    """Where it serves REST, over TLS."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)]
    url: Url
    client_roots: Path


class Peer(_Section):
    """The member's own peer."""

    endpoint: Endpoint
    tls_root: Path
    client: KeyPair


class Ledger(_Section):
    """The channel, and what this member's operator agreed to."""

    channel: str
    chaincode: str
    constitution_digest: Digest
    peer: Peer
    identity: KeyPair


class Authority(_Section):
    """The member's certificate authority."""

    url: Url
    name: str
    tls_root: Path
    registrar: str
    registrar_secret: Path


class Storage(_Section):
    """What lies on disk."""

    database: Path
    work: Path
    master_key: Path


class KnownMember(_Section):
    """Another member, or this one, as its operator configured it."""

    name: Name
    title: str
    msp_id: MspId
    kind: str
    gateway: Url
    peer: Endpoint
    tls_root: Path
    ca_root: Path
    orderer: Endpoint | None = None


class Limits(_Section):
    """What one request may weigh."""

    work_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = 1 << 30
    """The largest piece of work, before it is sealed."""


class Configuration(_Section):
    """The whole file."""

    member: Member
    listen: Listen
    ledger: Ledger
    ca: Authority
    storage: Storage
    members: tuple[KnownMember, ...]
    limits: Limits = Limits()


def load(file: Path) -> Configuration:
    """Read a configuration.

    Raises:
        ConfigurationError: it cannot be read, is no TOML, or a field is wrong.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is no TOML: {error}") from error
    try:
        return Configuration.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{file}: {field}: {first['msg']}") from error
