"""Who is at the other end: the system's certificate authorities, or one pinned certificate."""

import hashlib
import hmac
import re
import socket
import ssl
from datetime import UTC, datetime
from functools import lru_cache

from portal.egress.refusals import NotAllowed, Unreachable

_PIN = re.compile(r"[0-9a-f]{64}")


def canonical_pin(pin: str) -> str:
    """64 lower-case hex digits from any usual spelling of a SHA-256 print. Raises NotAllowed."""
    plain = pin.replace(":", "").replace(" ", "").lower()
    if not _PIN.fullmatch(plain):
        raise NotAllowed("the certificate pin is not a SHA-256 fingerprint")
    return plain


@lru_cache(maxsize=8)
def _trusting(authorities: str) -> ssl.SSLContext:
    return _minding_the_end(ssl.create_default_context(cafile=authorities or None))


@lru_cache(maxsize=1)
def _pinned() -> ssl.SSLContext:
    """For `secure` with a pin only: the comparison there stands in for the authorities."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return _minding_the_end(context)


def _minding_the_end(context: ssl.SSLContext) -> ssl.SSLContext:
    """Some builds of Python (Debian's 3.11 is one) tell OpenSSL 3 to overlook an unclean end."""
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context


def secure(
    sock: socket.socket, host: str, *, pin: str, authorities: str
) -> tuple[ssl.SSLSocket, datetime | None]:
    """The socket under TLS, with its certificate checked, and that certificate's end if known.

    Without a pin: chain, dates and host name, by the authorities (a PEM file; empty: the
    system's). With a pin: exactly that certificate, compared before a byte of the request is
    sent; the handshake has proved that the other end holds its key. Raises Unreachable.
    """
    context = _pinned() if pin else _trusting(authorities)
    try:
        # An unclean end must not pass for the end of an answer that announced no length.
        secured = context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
    except (OSError, ValueError) as error:
        raise Unreachable(f"TLS: {error!r}") from error
    if not pin:
        return secured, _end(secured)
    found = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
    if not hmac.compare_digest(found, canonical_pin(pin)):
        secured.close()
        raise Unreachable(f"certificate {found} is not the pinned one")
    return secured, None


def _end(secured: ssl.SSLSocket) -> datetime | None:
    not_after = (secured.getpeercert() or {}).get("notAfter")
    if not isinstance(not_after, str):
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC)
