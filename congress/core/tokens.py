"""Secrets in links, and secrets at rest.

A link's token is derived from the application secret and a random salt, and only its hash is stored: the same
link can be sent again, while the database alone reveals none. A new salt withdraws the old link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

SALT_BYTES = 16
TOKEN_BYTES = 20


def new_salt() -> bytes:
    """128 random bits."""
    return secrets.token_bytes(SALT_BYTES)


def derive_token(purpose: str, salt: bytes) -> str:
    """The token of a link: 160 bits that depend on the secret, the purpose and the salt; URL-safe text."""
    digest = hmac.new(_secret(), purpose.encode() + b"\0" + salt, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def hash_token(token: str) -> bytes:
    """What is stored and looked up. A token has 160 bits of entropy, so one fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_link(purpose: str) -> tuple[bytes, bytes]:
    """A fresh salt and the hash of its token, for the two columns of a link."""
    salt = new_salt()
    return salt, hash_token(derive_token(purpose, salt))


def seal(secret: bytes) -> bytes:
    """Encrypt a private key for storage under the application secret."""
    return _sealer().encrypt(secret)


def unseal(sealed: bytes) -> bytes:
    """Reverse `seal`."""
    return _sealer().decrypt(sealed)


def _secret() -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return secret.encode()


def _sealer() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"congress sealing").derive(_secret())
    return Fernet(base64.urlsafe_b64encode(key))
