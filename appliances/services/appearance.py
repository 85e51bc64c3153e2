"""What an appliance looks like where it stands, for whoever looks for it in a rack."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from appliances.events import Event
from appliances.models import Appliance
from appliances.services import photographs
from portal import audit
from portal.models import EvidenceFile
from portal.services import evidence


def photograph(
    box: Appliance, chunks: Iterable[bytes], *, by: Any, at: datetime
) -> EvidenceFile:  # fmt: skip
    """Keep a picture of an appliance, written anew without where and by what it was taken; the one
    before it stays among the evidence. Raises FileEmpty, FileTooLarge, WrongKindOfFile."""
    kept = evidence.keep(
        [photographs.read(chunks)], kind=EvidenceFile.Kind.PICTURE, name="appliance.jpg",
        subject=box, site_id=box.site_id, by=by, at=at,
    )  # fmt: skip
    box.photograph = kept
    box.save(update_fields=["photograph"])
    audit.record(Event.APPLIANCE_PHOTOGRAPHED, box, by=by, data={"sha256": kept.sha256}, at=at)
    return kept
