"""The platform's own audit trail: for staff."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.permissions import needs
from portal.services import audit_trail


@require_safe
@needs("platform.view")
def trail(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("event", "").strip()[:60]
    shown = {
        "page": queries.platform_events(name=name, before=request.GET.get("before", "")),
        "event": name,
        "verified": queries.last_platform_verification(),
    }
    return render(request, "portal/platform_audit.html", shown)


@require_POST
@needs("platform.view")
def verify(request: HttpRequest) -> HttpResponse:
    verdict = audit_trail.verify_platform_and_note(by=request.user, at=clock.now())
    if verdict.holds:
        words = ngettext(
            "The chain holds: %(count)d event, unchanged.",
            "The chain holds: all %(count)d events fit, none was changed or taken away.",
            verdict.events,
        )
        notices.success(request, words % {"count": verdict.events})
    elif verdict.first_broken is not None:
        words = _("The chain is broken at event #%(number)d. Tell the administrator of the portal.")
        notices.error(request, words % {"number": verdict.first_broken})
    else:
        notices.error(
            request, _("Events are missing at the end of the chain. Tell the administrator.")
        )
    return redirect("portal:platform-audit")
