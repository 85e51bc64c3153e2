from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.permissions import SIGNED_IN, needs
from portal.services import customers


@require_safe
@needs(SIGNED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Where to begin: staff at what needs a person now, a customer's person at their customer."""
    if request.user.is_staff:
        return redirect("upgrades:now")
    mine = customers.of_person(request.user)
    if len(mine) == 1:
        return redirect(
            f"/c/{mine[0].slug}/"
        )  # the page of upgrades, which the portal does not know
    return render(request, "portal/start.html", {"customers": mine})
