"""Secrets at rest: AES-256-GCM under a key ring that lies outside the database.

The ring is a JSON file {"newest": "k2", "keys": {"k1": "<base64>", …}}. What is sealed is bound to
its place by `context` (table, customer, row, field): moved elsewhere, it does not open.
"""

import base64
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
CHUNK = 1 << 20


class CannotOpen(Exception):
    """The key is not in the ring, or the sealed bytes were changed or moved."""


@lru_cache(maxsize=4)
def _load(path: Path, changed: int) -> tuple[str, dict[str, bytes]]:
    ring = json.loads(path.read_text())
    return ring["newest"], {name: base64.b64decode(key) for name, key in ring["keys"].items()}


def _ring() -> tuple[str, dict[str, bytes]]:
    path = Path(settings.KEY_RING)
    return _load(path, path.stat().st_mtime_ns)


def newest_key() -> str:
    """The id of the key that seals from now on."""
    return _ring()[0]


def key_ids() -> set[str]:
    return set(_ring()[1])


def add_key(path: Path, name: str) -> None:
    """Add a random key to the ring's file and make it the newest. Makes the file if need be."""
    ring = json.loads(path.read_text()) if path.exists() else {"keys": {}}
    ring["keys"][name] = base64.b64encode(os.urandom(32)).decode()
    ring["newest"] = name
    _write(path, ring)


def drop_key(path: Path, name: str) -> None:
    """Take a key out of the ring for ever. Raises ValueError for the newest or an unknown one."""
    ring = json.loads(path.read_text())
    if name == ring["newest"] or name not in ring["keys"]:
        raise ValueError(name)
    del ring["keys"][name]
    _write(path, ring)


def _write(path: Path, ring: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(ring))
    fresh.replace(path)


def _cipher(key_id: str, purpose: str) -> AESGCM:
    try:
        master = _ring()[1][key_id]
    except KeyError as missing:
        raise CannotOpen(f"key {key_id} is not in the key ring") from missing
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return AESGCM(derived.derive(master))


def seal(text: str, *, context: str) -> tuple[bytes, str]:
    """Encrypt; returns the bytes to store and the id of the key that was used."""
    key_id = newest_key()
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key_id, "field").encrypt(nonce, text.encode(), context.encode()), key_id


def unseal(sealed: bytes, *, key_id: str, context: str) -> str:
    """Decrypt what seal() made with the same context. Raises CannotOpen."""
    sealed = bytes(sealed)
    try:
        plain = _cipher(key_id, "field").decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except InvalidTag as wrong:
        raise CannotOpen(
            "the sealed value was changed, moved, or sealed with another key"
        ) from wrong
    return plain.decode()


def context_of(row: object, name: str) -> str:
    """Where a field's value belongs: table, customer (or the platform), row, field."""
    owner = getattr(row, "customer_id", "platform")
    return "|".join((row._meta.db_table, str(owner), str(row.pk), name))  # type: ignore[attr-defined]


def seal_stream(
    chunks: Iterator[bytes], *, customer: str, context: str
) -> tuple[str, Iterator[bytes]]:
    """Encrypt a file piece by piece under a key of the customer. Returns key id and frames.

    Each frame is 4 bytes of length, then nonce and ciphertext; its number and whether it is the
    last are authenticated, so that frames cannot be left out, exchanged or cut off.
    """
    key_id = newest_key()
    cipher = _cipher(key_id, f"file|{customer}")

    def frames() -> Iterator[bytes]:
        waiting, number = b"", 0
        for chunk in chunks:
            waiting += chunk
            while len(waiting) > CHUNK:
                yield _frame(cipher, waiting[:CHUNK], context, number, last=False)
                waiting, number = waiting[CHUNK:], number + 1
        yield _frame(cipher, waiting, context, number, last=True)

    return key_id, frames()


def _frame(cipher: AESGCM, plain: bytes, context: str, number: int, *, last: bool) -> bytes:
    nonce = os.urandom(NONCE)
    sealed = nonce + cipher.encrypt(nonce, plain, f"{context}|{number}|{last}".encode())
    return len(sealed).to_bytes(4, "big") + sealed


def open_stream(read: object, *, key_id: str, customer: str, context: str) -> Iterator[bytes]:
    """Decrypt what seal_stream() made; `read(n)` gives the stored bytes. Raises CannotOpen."""
    cipher = _cipher(key_id, f"file|{customer}")
    number = 0
    head = read(4)  # type: ignore[operator]
    while head:
        sealed = read(int.from_bytes(head, "big"))  # type: ignore[operator]
        head = read(4)  # type: ignore[operator]
        aad = f"{context}|{number}|{not head}".encode()
        try:
            yield cipher.decrypt(sealed[:NONCE], sealed[NONCE:], aad)
        except InvalidTag as wrong:
            raise CannotOpen("the stored file was changed, cut or moved") from wrong
        number += 1
