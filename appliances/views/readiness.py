import uuid
from datetime import datetime

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries
from appliances.models import Site
from appliances.views.sites import find
from portal import clock
from portal.background import enqueue
from portal.permissions import needs

# Two seconds apart: longer than three tries of two appliances that stay silent.
MOST_LOOKS = 60


@require_POST
@needs("site.check")
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have every appliance asked, in the background: this request holds a transaction."""
    site, since = find(request, pk, "site.check"), clock.now()
    enqueue(
        "upgrades.check_site",
        customer_id=str(request.customer.pk),
        site_id=str(site.pk),
        by_id=str(request.user.pk),
    )
    if request.htmx:
        return _panel(request, site, since=since, looks=0)
    notices.info(request, _("The appliances are being asked. Look again in a moment."))
    return redirect("appliances:site", slug=request.customer.slug, pk=site.pk)


@require_safe
@needs("site.view")
def panel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The answers so far; asks for itself again until there are newer ones than `since`."""
    site, looks = find(request, pk), request.GET.get("looks", "0")
    since = _instant(request.GET.get("since", ""))
    looked = int(looks) if looks.isdecimal() and len(looks) < 5 else MOST_LOOKS
    return _panel(request, site, since=since, looks=min(looked, MOST_LOOKS))


def _panel(request: HttpRequest, site: Site, *, since: datetime | None, looks: int) -> HttpResponse:
    checks = queries.newest_checks(site)
    answered = since is None or any(row.taken_at >= since for row in checks)
    page = {
        "site": site,
        "checks": checks,
        "asking_since": None if answered or looks >= MOST_LOOKS else since,
        "gave_up": not answered and looks >= MOST_LOOKS,
        "looks": looks + 1,
    }
    return render(request, "appliances/site.html#readiness", page)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
