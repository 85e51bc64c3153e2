"""The form of an API key's text.

`chg_live_` (`chg_test_` for sandboxes, `chg_demo_` for demo data), 43 characters of base 62 (256
bits), and 6 of a checksum, so that scanners for leaked secrets can tell it from noise without
asking us.
"""

import hashlib
import secrets
import zlib

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM, CHECKSUM = 43, 6
HEADS = ("chg_live", "chg_test", "chg_demo")


def make(kind: str) -> str:
    body = "".join(secrets.choice(SIGNS) for _ in range(RANDOM))
    return f"chg_{kind}_{body}{_checksum(body)}"


def well_formed(token: str) -> bool:
    """Whether this may be one of our tokens at all; asks no database."""
    head, _, body = token.rpartition("_")
    if head not in HEADS or len(body) != RANDOM + CHECKSUM:
        return False
    return secrets.compare_digest(_checksum(body[:RANDOM]).encode(), body[RANDOM:].encode())


def _checksum(body: str) -> str:
    """CRC-32 in base 62, six characters, as GitHub's tokens have it."""
    number, signs = zlib.crc32(body.encode()), ""
    while len(signs) < CHECKSUM:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
