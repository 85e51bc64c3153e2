from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import OPEN, needs


@require_safe
@needs(OPEN)
def clock(request: HttpRequest) -> HttpResponse:
    """The demo's banner as it is now; pages ask for it every two seconds."""
    if not settings.DEMO:
        raise Http404
    return render(request, "components/demo_clock.html")
