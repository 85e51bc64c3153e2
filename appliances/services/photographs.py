"""Photographs of a return, taken at the rack: read as pictures and written anew, or refused."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import HardwareReturn, ReturnPhotograph
from portal import audit
from portal.errors import Refused
from portal.models import EvidenceFile
from portal.services import evidence, filetypes, pictures

MOST = 40  # of one return
LONGEST = 2400  # pixels: a label photographed whole can still be read
PICTURE = EvidenceFile.Kind.PICTURE


class TooMany(Refused):
    code = "too-many-photographs"


def add(
    row: HardwareReturn, chunks: Iterable[bytes], *, shows: str, by: Any, at: datetime,
    taken_at: datetime | None = None,
) -> ReturnPhotograph:  # fmt: skip
    """Keep a photograph as evidence of the return. Where it was taken, and by which telephone, is
    left out of it. `taken_at`: by the device's word, where it was sent later (`late_ticks`).

    Raises FileEmpty, FileTooLarge, WrongKindOfFile, TooMany.
    """
    if row.is_over:
        raise Refused(_("This return is over: what is written stays."))
    if row.photographs.count() >= MOST:
        raise TooMany(_("A return keeps %(most)s photographs.") % {"most": MOST})
    content = read(chunks)
    kept = evidence.keep(
        [content], kind=PICTURE, name=f"{shows.lower()}.jpg", subject=row, site_id=row.site_id,
        by=by, at=at,
    )  # fmt: skip
    made = ReturnPhotograph.objects.create(
        customer_id=row.customer_id, hardware_return=row, file=kept, shows=shows,
        taken_at=taken_at,
    )  # fmt: skip
    data = {"shows": shows, "sha256": kept.sha256}
    if taken_at is not None:
        data["happened_at"] = taken_at.isoformat()
    audit.record(Event.RETURN_PHOTOGRAPHED, row, by=by, data=data, at=at)
    return made


def of(row: HardwareReturn) -> list[ReturnPhotograph]:
    """In the order in which they came."""
    found = row.photographs.select_related("file__added_by").order_by("file__added_at", "pk")
    return list(found)


def read(chunks: Iterable[bytes]) -> bytes:
    """The picture as a JPEG of ours. What its sender calls it counts for nothing. Raises FileEmpty,
    FileTooLarge, WrongKindOfFile."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > settings.EVIDENCE_LIMIT:
            limit = settings.EVIDENCE_LIMIT // 1_000_000
            raise evidence.FileTooLarge(
                _("The file is larger than %(limit)s MB.") % {"limit": limit}
            )
    if not content:
        raise evidence.FileEmpty(_("The file is empty."))
    filetypes.judge(bytes(content[: filetypes.HEAD]), kind=PICTURE, name="")
    try:
        return pictures.shrunk(bytes(content), longest=LONGEST)
    except pictures.Unreadable as broken:
        raise filetypes.WrongKindOfFile(
            _("This picture cannot be read: take it again.")
        ) from broken
