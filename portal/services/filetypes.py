"""What a file is, judged by its content: what its sender calls it counts for nothing.

Only kinds that a browser shows as picture, page of a PDF or plain text are let in; markup is not,
and neither is anything with a private key in it (backups and certificates' keys stay elsewhere).
"""

import codecs
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.models import EvidenceFile

HEAD = 4096  # bytes from which a kind is told
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
DOCUMENTS = PICTURES | {"application/pdf", "text/plain", "text/csv"}
ALLOWED = {EvidenceFile.Kind.PICTURE: PICTURES, EvidenceFile.Kind.DOCUMENT: DOCUMENTS}
MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|head|body|iframe|\?xml)", re.IGNORECASE)
PRIVATE_KEY = b"PRIVATE KEY-----"
BINARY = "application/octet-stream"


class WrongKindOfFile(Refused):
    code = "wrong-kind-of-file"


class PrivateKeyInside(Refused):
    code = "private-key-inside"


def judge(head: bytes, *, kind: str, name: str) -> str:
    """The content type of a file that begins with `head`. Raises WrongKindOfFile.

    A backup of an appliance is what it is: only the appliance can read it.
    """
    if kind == EvidenceFile.Kind.BACKUP:
        return BINARY
    found = _by_signature(head) or _as_text(head, name)
    if found not in ALLOWED[EvidenceFile.Kind(kind)]:
        raise _wrong(kind)
    return found


def _by_signature(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in SIGNATURES if head.startswith(start)), "")


def _as_text(head: bytes, name: str) -> str:
    """Whether it reads as plain text so far; the rest is read by `checked`."""
    if b"\x00" in head or MARKUP.search(head):
        return ""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return ""
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def checked(chunks: Iterator[bytes], *, content_type: str, kind: str) -> Iterator[bytes]:
    """Pass a text on while it stays text without a private key; other kinds as they are.

    Raises WrongKindOfFile and PrivateKeyInside.
    """
    if not content_type.startswith("text/"):
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    tail = b""
    for chunk in chunks:
        if PRIVATE_KEY in tail + chunk:
            raise PrivateKeyInside(
                _("There is a private key in this file: it was not kept."),
                remedy=_("Keep the key where it lies; enter its fingerprint instead."),
            )
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise _wrong(kind) from error
        tail = chunk[-len(PRIVATE_KEY) :]
        yield chunk


def _wrong(kind: str) -> WrongKindOfFile:
    if kind == EvidenceFile.Kind.PICTURE:
        return WrongKindOfFile(_("This is no picture: send a PNG, JPEG, WebP or GIF file."))
    return WrongKindOfFile(_("Send a picture, a PDF, or plain text."))
