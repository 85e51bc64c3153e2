"""Where a failed base update leaves the site (G-PREP-12; procedures.md §6, last table).

The same words before it, on the page that compares the methods, and after it, in every message.
"""

from django.utils.translation import gettext

from appliances.models import Appliance
from appliances.services import production
from upgrades.models import JobStep


def told(step: JobStep) -> str:
    """Of the appliance on which the step was, in the reader's language; empty if it is on none."""
    box = step.appliance
    return of(box) if box is not None else ""


def of(box: Appliance) -> str:
    boxes = production.masters(box.site_id)
    serves = production.serving(boxes)
    if serves is None or serves.pk == box.pk:
        return _down(box, [each for each in boxes if each.pk != box.pk])
    return gettext("The site stays up on %(serves)s, without failover, until support helps.") % {
        "serves": serves.name
    }


def _down(box: Appliance, others: list[Appliance]) -> str:
    if not others:
        return gettext("The site is down until support helps.")
    return gettext(
        "The site is down until support helps: %(box)s serves it. %(other)s still carries the "
        "release before, complete as of the last data sync, but the two are not paired."
    ) % {"box": box.name, "other": ", ".join(each.name for each in others)}
