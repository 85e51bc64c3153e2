"""A return that must be back soon, or is late: whoever can act is told, once a rung."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from appliances import queries
from appliances.models import HardwareReturn
from portal import sweeps, tenancy, times
from portal.models import Message, User
from portal.permissions import OPERATES
from portal.services import customers, messages

AHEAD = timedelta(days=3)
WEEK = 7  # days from one reminder of a late return to the next


def remind(*, at: datetime) -> int:
    """Write to the customer's operators three days before a return is due, and once it is late,
    weekly, to support too. Repeatable; how many messages were written. Opens its own transactions,
    one a return."""
    written: list[Message] = []

    def of_return(found: tuple[Any, Any]) -> None:
        customer_id, pk = found
        with tenancy.transaction(customer_id):
            row = HardwareReturn.objects.select_related("site", "appliance", "opened_by").get(pk=pk)
            if rung := rung_at(row, at):
                written.extend(_tell(row, rung, at))

    sweeps.each(queries.returns_due((at + AHEAD + queries.FIRST_DAY).date()), of_return)
    return len(written)


def rung_at(row: HardwareReturn, at: datetime) -> str:
    """By the day that the clocks of its site show: nothing is late while its day lasts there."""
    return rung_of(row, times.in_zone(at, row.site.zone).date())


def rung_of(row: HardwareReturn, day: date) -> str:
    """ "soon", or "late:2" in the third week after the day; empty while nobody has to be told."""
    if row.due_back_on is None or not row.is_awaited or row.due_back_on > day + AHEAD:
        return ""
    if row.is_overdue(day):
        return f"late:{((day - row.due_back_on).days - 1) // WEEK}"
    return "" if row.state == row.State.IN_TRANSIT else "soon"


def _tell(row: HardwareReturn, rung: str, at: datetime) -> list[Message]:
    late = rung != "soon"
    where = reverse("appliances:return", kwargs={"slug": customers.current().slug, "pk": row.pk})
    return messages.write_all(
        "return_due",
        to=_people(row, late=late),
        about=row,
        key=f"{row.pk}:{row.due_back_on}:{rung}",
        context={
            "site": row.site.name,
            "appliance": row.appliance.name,
            "serial": row.serial,
            "physical": row.physical,
            "late": late,
            "due": row.due_back_on,
            "label_ends": row.label_expires_on,
            "exposure": f"{row.exposure} {row.currency}".strip() if row.exposure else "",
            "state": row.state,
            "link": f"{settings.PUBLIC_URL}{where}",
            "site_zone": row.site.zone,
        },
        at=at,
        asks=(row.pk, f"{row.due_back_on}:{rung}"),
    )


def _people(row: HardwareReturn, *, late: bool) -> list[User]:
    people: list[Any] = messages.people_of(row.site, roles=OPERATES)
    return [*people, *messages.support_people()] if late else people
