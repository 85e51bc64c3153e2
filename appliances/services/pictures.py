"""Pictures of Status > Basics, kept as evidence beside what was read off them."""

from datetime import datetime
from typing import Any

from appliances.models import Appliance
from portal.models import EvidenceFile
from portal.services import evidence


def keep(upload: Any, *, of: Appliance, by: Any, at: datetime) -> EvidenceFile | None:
    """The uploaded picture as evidence about an appliance; None if none was given."""
    if upload is None:
        return None
    return evidence.keep(
        upload.chunks(),
        kind=EvidenceFile.Kind.PICTURE,
        name=upload.name,
        content_type=upload.content_type or "",
        subject=of,
        site_id=of.site_id,
        by=by,
        at=at,
    )
