"""What a ticket's QR code means: a random code, signed for one event, without personal data.

Payload: version (1 byte), key id (1), event id (4, big endian), code (8 random bytes), then an Ed25519 signature
over these 14 bytes (64). As base32 without padding that is 125 characters of the QR alphanumeric set, version 6 at
level M. A door needs only the public key.
"""

from __future__ import annotations

import base64
import re
import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from congress.core.tokens import seal, unseal

VERSION = 1
CODE_BYTES = 8
PAYLOAD_LENGTH = 125
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8
_HEAD = struct.Struct(">BBI8s")
PAYLOAD_BYTES = 78
_AS_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_PAYLOAD = re.compile(rf"[A-Z2-7]{{{PAYLOAD_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class TicketPayload:
    """The parts of a payload; nothing in it is trusted before `is_genuine`."""

    key_id: int
    event_id: int
    code: bytes
    signature: bytes

    @property
    def signed_part(self) -> bytes:
        """The bytes under the signature."""
        return _HEAD.pack(VERSION, self.key_id, self.event_id, self.code)

    def is_genuine(self, public_key: bytes) -> bool:
        """Whether the holder of the private key made it; `public_key` is the raw 32 bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.signed_part)
        except InvalidSignature:
            return False
        return True


def parse(text: str) -> TicketPayload | None:
    """The payload in what a scanner read, or None when it is not one of ours."""
    text = text.strip().upper()
    if not _PAYLOAD.fullmatch(text):
        return None
    number = int(text.translate(_AS_DIGITS), 32)
    if number & 1:  # 125 characters hold one bit more than 78 bytes; set, it would be a second spelling of one ticket
        return None
    raw = (number >> 1).to_bytes(PAYLOAD_BYTES, "big")
    version, key_id, event_id, code = _HEAD.unpack(raw[: _HEAD.size])
    if version != VERSION:
        return None
    return TicketPayload(key_id, event_id, code, raw[_HEAD.size :])


def sign(sealed_private_key: bytes, key_id: int, event_id: int, code: bytes) -> str:
    """The payload of a ticket."""
    head = _HEAD.pack(VERSION, key_id, event_id, code)
    signature = Ed25519PrivateKey.from_private_bytes(unseal(sealed_private_key)).sign(head)
    return base64.b32encode(head + signature).decode().rstrip("=")


def new_code() -> bytes:
    """The random part of a ticket."""
    return secrets.token_bytes(CODE_BYTES)


def new_key_pair() -> tuple[bytes, bytes]:
    """A signing key for an event: (raw public key, private key sealed for storage)."""
    private = Ed25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), seal(private.private_bytes_raw())


def new_reference() -> str:
    """What people read out at the desk: 8 characters without look-alikes."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def clean_reference(text: str) -> str:
    """A reference as typed: without spaces and dashes, in capitals."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
