"""What keeps a customer's data from being erased: a box on its way, or one that may not be touched.

Found by the portal when it starts (portal/services/erasing/obstacles.py).
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appliances.models import BaseHold, HardwareReturn
from appliances.models.hardware_return import OVER
from portal.services.erasing.obstacles import Obstacle, asks


@asks
def holds(at: datetime) -> Iterator[Obstacle]:
    for hold in BaseHold.objects.filter(released_at=None).select_related("appliance__site")[:1]:
        yield Obstacle(
            _("An appliance of %(site)s is on hold after a problem with its base.")
            % {"site": hold.appliance.site},
            _("Let two people release it, with the vendor’s ticket."),
        )


@asks
def returns(at: datetime) -> Iterator[Obstacle]:
    rows = HardwareReturn.objects.exclude(state__in=OVER).select_related("site")
    for row in rows.order_by("pk")[:1]:
        yield Obstacle(
            _("A return of hardware is open at %(site)s.") % {"site": row.site},
            _("Bring the return to its end, or cancel it."),
        )
