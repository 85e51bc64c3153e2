"""Signatures as the Standard Webhooks specification (1.0) has them, with HMAC-SHA256."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.views.decorators.debug import sensitive_variables

PREFIX, BYTES = "whsec_", 32  # the specification asks for 24 to 64


def make_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


@sensitive_variables("secret", "key")
def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, "v1,…", over id, seconds of the try, and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@sensitive_variables("secrets_")
def headers(
    secrets_: Iterable[str], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers. Several secrets sign side by side while one replaces another."""
    signatures = [
        sign(each, message_id=message_id, timestamp=timestamp, body=body) for each in secrets_
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
