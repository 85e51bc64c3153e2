from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.forms.samples import Sample
from portal.permissions import needs
from portal.views import sample_drawings, sample_lists


@require_safe
@needs("platform.view")
def components(request: HttpRequest) -> HttpResponse:
    """Every piece in every state, with invented contents: what a page may be made of."""
    now = clock.now()
    refused = Sample({"version": "", "when": "29 Mar 2026 02:30"})
    refused.is_valid()
    shown = sample_lists.every(now) | sample_drawings.every(now)
    shown |= {"form": Sample(), "refused": refused}
    return render(request, "portal/components.html", shown)
