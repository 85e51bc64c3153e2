"""A mail's bytes, as RFC 5322 and MIME (RFC 2045, 2046, 2047) want them.

A message is made of plain text, HTML and calendar entries, and nothing else: written out directly
it costs a tenth of what the standard library's generator takes, which every mail would wait for.
All is ASCII with lines of at most 998, so that any server may carry it.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, parseaddr
from functools import lru_cache

from django.core.mail.message import sanitize_address

LONGEST = 998  # bytes a line (RFC 5322 §2.1.1)
SHORT = 60  # a header's value that needs no folding
PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class NotWritable(ValueError):
    """This can stand in no header: an address that is none, a line end where none may be."""


@dataclass(frozen=True)
class Mail:
    """What goes over the wire: bare addresses of the envelope, and the bytes (lines end CRLF)."""

    sender: str
    to: str
    data: bytes


def mail(
    *, sender: str, to: str, subject: str, text: str, html: str, calendars: Collection[str],
    headers: Mapping[str, str],
) -> Mail:  # fmt: skip
    """Raises NotWritable. `sender` may have a name; `headers` has the Message-ID."""
    address = _address(to)
    mark = headers["Message-ID"].strip("<>").partition("@")[0]
    body = _text("plain", text)
    if html:
        body = _parts("alternative", f"=_a_{mark}", [body, _text("html", html)])
    if calendars:
        entries = [_calendar(entry, number) for number, entry in enumerate(calendars, start=1)]
        body = _parts("mixed", f"=_m_{mark}", [body, *entries])
    told = {
        "Subject": subject, "From": _address(sender), "To": address, "Date": formatdate(),
        **headers, "MIME-Version": "1.0",
    }  # fmt: skip
    head = "".join(f"{name}: {_value(name, value)}\r\n" for name, value in told.items())
    return Mail(parseaddr(_address(sender))[1], parseaddr(address)[1], head.encode("ascii") + body)


@lru_cache(maxsize=500)
def _address(given: str) -> str:
    """In ASCII, with names encoded and domains in their ASCII form."""
    if PLAIN.fullmatch(given):
        return given
    try:
        written = sanitize_address(given, "utf-8")
    except (ValueError, IndexError) as error:
        raise NotWritable("This is no address of a mail.") from error
    bare = parseaddr(written)[1]
    if "@" not in bare or not written.isascii() or UNPRINTABLE.search(written):
        raise NotWritable("This is no address of a mail.")
    return written


def _value(name: str, value: str) -> str:
    """One line, or several that are folded. Line ends of its own would begin another header."""
    if UNPRINTABLE.search(value):
        raise NotWritable(f"{name} has a sign that no header may have.")
    if name in ("From", "To") or (value.isascii() and len(value) <= SHORT):
        return value
    charset = "us-ascii" if value.isascii() else "utf-8"
    return Header(value, charset, header_name=name).encode(linesep="\r\n")


def _text(kind: str, text: str) -> bytes:
    data = _lines(text).encode()
    way = "7bit"
    if not data.isascii() or max(map(len, data.split(b"\r\n"))) > LONGEST:
        way, data = "quoted-printable", binascii.b2a_qp(data, istext=True)
    return _part(f'text/{kind}; charset="utf-8"', way, data)


def _calendar(entry: str, number: int) -> bytes:
    """An entry as calendars expect it: its method stands in the type too (RFC 6047 §2.4)."""
    found = METHOD.search(entry)
    kind = f'text/calendar; charset="utf-8"; method={found[1] if found else "PUBLISH"}'
    data = base64.encodebytes(_lines(entry).encode()).replace(b"\n", b"\r\n")
    name = f"Content-Disposition: attachment; filename=window-{number}.ics\r\n"
    return _part(kind, "base64", data, more=name)


def _part(kind: str, way: str, data: bytes, more: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {way}\r\n{more}\r\n"
    return head.encode() + data


def _parts(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    """Coded parts hold no "=_" (RFC 2045 §6.7); plain ones do not know the Message-ID."""
    line = f"--{boundary}".encode()
    inside = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inside + line + b"--\r\n"


def _lines(text: str) -> str:
    """Ended as mails end them: a lone CR or LF could be taken for the mail's end by a server."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
