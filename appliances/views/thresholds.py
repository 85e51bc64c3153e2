"""What counts as good: a customer's own values, and those of the installation."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from appliances.forms.readiness import Thresholds, given_to_customer, set_here
from appliances.services import thresholds
from appliances.views.sites import status_of
from portal import clock
from portal.permissions import needs


@needs("threshold.manage")
def of_customer(request: HttpRequest) -> HttpResponse:
    """A customer's own values outrank the installation's."""
    form = Thresholds(
        request.POST or None, given=given_to_customer(), initial=set_here(thresholds.own())
    )
    if request.method == "POST" and form.is_valid():
        thresholds.change(form.values(), by=request.user)
        notices.success(request, _("Saved. They count from the next check on."))
        return redirect("appliances:thresholds", slug=request.customer.slug)
    page = {"form": form, "across": False}
    return render(request, "appliances/thresholds.html", page, status=status_of(request))


@needs("platform.manage")
def of_installation(request: HttpRequest) -> HttpResponse:
    """What counts for every customer who has set nothing."""
    form = Thresholds(
        request.POST or None,
        given=dict(thresholds.BUILT_IN.of),
        initial=set_here(thresholds.installation()),
    )
    if request.method == "POST" and form.is_valid():
        thresholds.change_installation(form.values(), by=request.user, at=clock.now())
        notices.success(request, _("Saved. They count from the next check on."))
        return redirect("appliances:thresholds-all")
    page = {"form": form, "across": True}
    return render(request, "appliances/thresholds.html", page, status=status_of(request))
