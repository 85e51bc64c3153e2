from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.permissions import SIGNED_IN, needs
from upgrades.services import demo_clock


@require_POST
@needs(SIGNED_IN)
def skip(request: HttpRequest) -> HttpResponse:
    """It is at once the time of the next event. Only where time is scaled."""
    if not settings.SCALED_CLOCK:
        raise Http404
    demo_clock.skip_to_next_event()
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if ours else "/")
