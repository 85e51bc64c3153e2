"""Proof that certificate and key were exported (G-PREP-2): where they lie, never what they are."""

import re
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, CertificateCopy
from portal import audit
from portal.errors import Refused

FINGERPRINT = re.compile(r"[0-9A-F]{64}")
# PEM armour, its base64 head (a DER sequence), and what people call it.
KEY_MATERIAL = re.compile(r"-----\s*BEGIN|PRIVATE\s+KEY|\bMI[IC][A-Za-z0-9+/]{40,}", re.I)
LONG_ENCODED = re.compile(r"[A-Za-z0-9+/=]{80,}")


class KeyMaterial(Refused):
    """Somebody is about to hand over what must stay with them."""

    code = "key-material"


class NoFingerprint(Refused):
    code = "no-fingerprint"


def refuse_keys(*texts: str) -> None:
    """Raises KeyMaterial if one of the texts looks like a private key or a certificate file."""
    if any(KEY_MATERIAL.search(text) or LONG_ENCODED.search(text) for text in texts):
        raise KeyMaterial(
            _("This looks like a key or a certificate. Nothing was kept."),
            remedy=_("Give the fingerprint and the place where the copy lies, never the key."),
        )


def read_fingerprint(text: str) -> str:
    """SHA-256 of a certificate: 32 bytes in hexadecimal, colons or not. Raises NoFingerprint."""
    plain = re.sub(r"[\s:]", "", text).upper()
    if not FINGERPRINT.fullmatch(plain):
        raise NoFingerprint(
            _("A SHA-256 fingerprint has 64 hexadecimal characters, with or without colons."),
            fields={"fingerprint": _("64 hexadecimal characters.")},
        )
    return ":".join(plain[place : place + 2] for place in range(0, 64, 2))


def note(
    appliance: Appliance,
    *,
    fingerprint: str,
    expires_on: date,
    kept_where: str,
    by: Any,
    at: datetime,
    job: Any = None,
) -> CertificateCopy:
    """Keep which certificate was exported and where the copy lies."""
    refuse_keys(fingerprint, kept_where)
    copy = CertificateCopy.objects.create(
        customer_id=appliance.customer_id,
        appliance=appliance,
        fingerprint=read_fingerprint(fingerprint),
        expires_on=expires_on,
        kept_where=kept_where.strip()[:200],
        noted_at=at,
        noted_by=by if hasattr(by, "email") else None,
    )
    data = {"fingerprint": copy.fingerprint, "expires_on": expires_on}
    audit.record(Event.CERTIFICATE_NOTED, appliance, by=by, data=data, job=job)
    return copy
