from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.permissions import needs
from portal.services import audit_trail
from portal.services.audit_trail import Verdict


@require_safe
@needs("audit.view")
def across(request: HttpRequest) -> HttpResponse:
    """Staff: what happened at all customers."""
    return _list(request, across=True)


@require_safe
@needs("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    return _list(request, across=False)


def _list(request: HttpRequest, *, across: bool) -> HttpResponse:
    name = request.GET.get("event", "").strip()[:60]
    page = queries.events(name=name, before=request.GET.get("before", ""), across=across)
    shown = {"page": page, "event": name, "across": across}
    shown["verified"] = None if across else queries.last_verification()
    return render(request, "portal/audit.html", shown)


@require_POST
@needs("audit.view")
def verify(request: HttpRequest) -> HttpResponse:
    verdict = audit_trail.verify_and_note(by=request.user, at=clock.now())
    tell(request, verdict)
    return redirect("portal:audit", slug=request.customer.slug)


def tell(request: HttpRequest, verdict: Verdict) -> None:
    """Say to whoever asked whether a chain holds: a customer's, or the platform's own."""
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
