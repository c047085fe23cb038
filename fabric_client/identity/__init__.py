"""Who signs: an identity is public, a signer holds the key."""

from fabric_client.identity.identity import Identity
from fabric_client.identity.private_key_signer import PrivateKeySigner
from fabric_client.identity.signer import Signer
from fabric_client.identity.signing_identity import SigningIdentity

__all__ = ["Identity", "PrivateKeySigner", "Signer", "SigningIdentity"]
