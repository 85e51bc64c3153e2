from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal.permissions import OPEN, needs
from portal.services import health


@require_safe
@needs(OPEN)
def parts(request: HttpRequest) -> HttpResponse:
    """Every part by name; 503 while database, web or step runner is down."""
    found = health.parts()
    serves = health.serves(found)
    body = {
        "status": "serves" if serves else "down",
        "run": settings.RUN_ID,
        "parts": {name: part.shown() for name, part in found.items()},
    }
    return JsonResponse(body, status=200 if serves else 503)


@require_safe
@needs(OPEN)
def alive(request: HttpRequest) -> HttpResponse:
    """For whoever restarts the container: this process answers."""
    return HttpResponse("alive\n", content_type="text/plain")
