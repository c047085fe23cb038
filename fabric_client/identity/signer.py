from typing import Protocol


class Signer(Protocol):
    """Whatever holds a private key: memory, a store, a device, a person's own program.

    It is handed the bytes and not a digest that somebody else computed, so that it can decode them
    and decide.
    """

    async def sign(self, message: bytes) -> bytes:
        """Sign the SHA-256 digest of the message with ECDSA P-256.

        Returns:
            A DER signature. High S is put right by whoever calls.
        """
