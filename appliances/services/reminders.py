"""Base versions are in no interface: whoever can read them is asked again after 30 days."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from appliances import queries
from appliances.models import Appliance
from portal import sweeps, tenancy
from portal.models import Message
from portal.permissions import OPERATES
from portal.services import customers, messages


def ask_for_base_versions(*, at: datetime) -> int:
    """Write to the operators of every appliance whose base version is not known or is old.

    Repeatable: once a reading and month. Returns how many messages were written. Opens its own
    transactions, one a customer's appliance.
    """
    written: list[Message] = []

    def of_box(box: Appliance) -> None:
        with tenancy.transaction(box.customer_id):
            written.extend(_ask(Appliance.objects.select_related("site").get(pk=box.pk), at))

    sweeps.each(queries.stale_boxes(at), of_box)
    return len(written)


def _ask(box: Appliance, at: datetime) -> list[Message]:
    where = reverse(
        "appliances:version-read", kwargs={"slug": customers.current().slug, "pk": box.pk}
    )
    return messages.write_all(
        "base_version_asked",
        to=messages.people_of(box.site, roles=OPERATES),
        about=box,
        key=f"{box.pk}:{box.base_at or ''}:{at:%Y-%m}",
        context={
            "site": box.site.name,
            "appliance": box.name,
            "known_version": box.base_version or "–",
            "since": box.base_at or "–",
            "link": f"{settings.PUBLIC_URL}{where}",
            "site_zone": box.site.zone,
        },
        at=at,
        asks=(box.pk, str(box.base_at or "")),
    )
