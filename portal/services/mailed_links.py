"""Secret links that mails carry. The secret is made anew from the link's id and the installation's
key when the mail leaves, and only its SHA-256 is kept with the link: neither the ledger nor a
backup of the database holds anything that opens it, and a mail sent twice has the same link.
"""

import base64
import hashlib
import uuid

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "portal.mailed-link"
PLACE = "/d/"


def token(link_id: uuid.UUID) -> str:
    """256 bits for one link, as an address carries them."""
    made = salted_hmac(SALT, str(link_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(given: str) -> bytes:
    """What is kept of a token, and looked up."""
    return hashlib.sha256(given.encode()).digest()


def address(link_id: uuid.UUID) -> str:
    return f"{settings.PUBLIC_URL}{PLACE}{token(link_id)}/"
