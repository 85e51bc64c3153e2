"""Where one is signed in, and ending that. Everybody sees and ends their own, nobody another's."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from portal.permissions import SIGNED_IN, needs
from portal.services import sessions


@require_POST
@needs(SIGNED_IN)
def end(request: HttpRequest, handle: str) -> HttpResponse:
    """End one: whoever uses it is signed out with their next request."""
    if handle == sessions.handle_of_request(request):
        sessions.end(request)
        return redirect("portal:sign-in")
    if not sessions.end_one(request, handle):
        raise Http404
    notices.success(request, _("That browser is signed out."))
    return redirect("portal:profile")


@require_POST
@needs(SIGNED_IN)
def end_others(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_others(request)
    words = ngettext(
        "%(count)d other browser is signed out.", "%(count)d other browsers are signed out.", ended
    )
    notices.success(request, words % {"count": ended})
    return redirect("portal:profile")
