"""The e-mail that approvers would get, as its reader would see it. Nothing is sent."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext as _

from portal.services import letters
from upgrades.models.purpose import upgrade_of
from upgrades.planning.catalogue import dotted
from upgrades.services import nodes, planning
from upgrades.services.bookings import Layout


def proposal(request: Any, drawn: planning.Draft, layout: Layout) -> letters.Letter:
    site, away = drawn.site, drawn.summary["downtime"]
    installed = sorted({dotted(box.versions.product) for box in drawn.plan.site.appliances})
    starts = sorted(row.start for row in layout.rows)
    return letters.render(
        "upgrade_proposed",
        language=get_language() or "en",
        zone=request.user.zone,
        site_zone=site.zone,
        context={
            "name": "",
            "staff": False,
            "customer": request.customer.name,
            "site": site.name,
            "job": _("its number, once it is submitted"),
            "kind": _("Upgrade"),
            "whole_work": upgrade_of(site.name, drawn.target.version),
            "link": f"{settings.PUBLIC_URL}/c/{request.customer.slug}/jobs/…",
            "from_version": ", ".join(installed),
            "to_version": drawn.target.version,
            "requester": str(request.user),
            "begins": starts[0] if starts else None,
            "finish": layout.worst,
            "downtime": timedelta(minutes=away["expected"]),
            "downtime_worst": timedelta(minutes=away["worst"]),
            "windows": starts,
            "dark": nodes.dark(drawn.summary),
            "answer_by": starts[0] if starts else None,
            "consequence": _(
                "Without an approval nothing is done, and the windows are given back."
            ),
            "lines": [package.name for package in drawn.packages.values()],
        },
    )
