"""The platform's own audit trail: for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.permissions import needs
from portal.services import audit_trail
from portal.views.audit import tell


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
    tell(request, verdict)
    return redirect("portal:platform-audit")
