"""An authenticator made of software: it signs what it is asked, and whatever else a test wishes."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as plain

ORIGIN, NAME = "https://portal.example", "portal.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey (ES256). `count` is its counter, `verifies` whether it knows its person."""

    def __init__(self, *, count=0, verifies=True, credential=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = credential or os.urandom(32)
        self.handle, self.count, self.verifies = None, count, verifies

    def create(self, asked, *, origin=ORIGIN, host=NAME):
        asked = json.loads(asked)
        self.handle = asked["user"]["id"]
        about = len(self.credential).to_bytes(2) + self.credential + cbor2.dumps(self._public())
        data = self._data(host, ATTESTED) + bytes(16) + about
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", asked["challenge"], origin)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, asked, *, origin=ORIGIN, host=NAME, handle=None):
        client = _client("webauthn.get", json.loads(asked)["challenge"], origin)
        data = self._data(host)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(**parts, userHandle=handle or self.handle)

    def _answer(self, **parts):
        response = {
            name: plain(part) if isinstance(part, bytes) else part for name, part in parts.items()
        }
        named = plain(self.credential)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})

    def _data(self, host, more=0):
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public(self):
        """RFC 9053: an EC2 key on P-256 for ES256."""
        at = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32), -3: at.y.to_bytes(32)}


def _client(kind, challenge, origin):
    said = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
    return json.dumps(said).encode()
