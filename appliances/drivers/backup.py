"""The Backup API: one file, streamed, and looked at before it is believed."""

import hashlib
import re
from collections.abc import Iterator

from appliances.drivers import scalars
from appliances.drivers.answers import HEAD, error_text
from appliances.drivers.base import Writable
from appliances.drivers.errors import ApiError, Forbidden, NotSupported, ProtocolError, Unauthorised
from appliances.drivers.session import Call, Session
from appliances.drivers.values import BackupFile
from portal import egress

# A backup may be large and the line slow; the stream may renew a lease whenever it is written to.
SECONDS = 2 * 3600.0
_NAME = re.compile(r'filename="?([A-Za-z0-9._-]{1,120})')


def take(
    session: Session, stream: Writable, *, limit: int, password: str | None = None
) -> BackupFile:
    """Write the .nsb file to the stream. Raises DriverError; then the stream holds nothing of use.

    The vendor answers some failures with status 200 and a page, so the content is judged: not
    empty, not a page or an error in XML or JSON, not a text.
    """
    for path in paths(session):
        with session.open(_call(session, path, password), limit=limit, seconds=SECONDS) as answer:
            if answer.status == 404 and path != paths(session)[-1]:
                continue
            _refuse_texts(answer)
            return _write(answer.chunks(), stream, _name(answer))
    raise NotSupported("no backup API")


def paths(session: Session) -> tuple[str, ...]:
    """Before OAuth the APIs had the suffix .ns; it is not known when the plain path appeared."""
    if session.connection.auth == "old":
        return "/api/backup.ns", "/api/backup"
    return ("/api/backup",)


def _call(session: Session, path: str, password: str | None) -> Call:
    if password is None:
        return Call("GET", path)
    if session.connection.auth == "old":
        raise NotSupported("a password for the file needs an API account")
    return Call("POST", path, content={"password": password})


def _refuse_texts(answer: egress.Answer) -> None:
    head = answer.head(HEAD)
    if not head:
        raise ProtocolError(f"empty backup with status {answer.status}")
    told = _text_in(head)
    if told is None and answer.status == 200:
        return
    words = error_text(head) or scalars.text(re.sub(r"<[^>]*>", " ", told or ""))
    if re.search(r"invalid credentials", words, re.I):
        raise Unauthorised("Invalid credentials")
    if answer.status == 404 or re.search(r"document not found|permission", words, re.I):
        raise Forbidden(words or "Document Not Found")
    if answer.status != 200 or error_text(head) or b"error" in head[:200].lower():
        raise ApiError(words or f"status {answer.status}")
    raise ProtocolError(f"a text instead of a backup: {words[:120]}")


def _text_in(head: bytes) -> str | None:
    """The head as text if that is what it is; a backup is packed and so is none."""
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return None
    # The head may end in the middle of a character.
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return head.decode("latin-1") if head.lstrip()[:1] in b"<{" else None


def _name(answer: egress.Answer) -> str:
    match = _NAME.search(answer.headers.get("content-disposition", ""))
    return match[1] if match else "backup.nsb"


def _write(chunks: Iterator[bytes], stream: Writable, name: str) -> BackupFile:
    digest, size = hashlib.sha256(), 0
    for piece in chunks:
        stream.write(piece)
        digest.update(piece)
        size += len(piece)
    return BackupFile(digest.hexdigest(), size, name)
