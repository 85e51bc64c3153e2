import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appliances.forms.replacements import Replacement
from appliances.models import Appliance
from appliances.services import replacements
from appliances.views.sites import find as find_site, status_of
from portal import clock, permissions
from portal.permissions import needs


@needs("site.manage")
def register(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """New hardware that shall take the place of an appliance of this site."""
    site = find_site(request, pk, "site.manage")
    boxes = list(site.appliances.select_related("site").order_by("letter"))
    form = Replacement(request.POST or None, appliances=boxes, initial={"physical": "1"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        old = next(box for box in boxes if str(box.pk) == given.pop("replaces"))
        new = replacements.register(old, by=request.user, at=clock.now(), **given)
        notices.success(request, _("%(name)s is registered: plan the replacement next.")
                        % {"name": new.name})  # fmt: skip
        return redirect("appliances:site", slug=request.customer.slug, pk=site.pk)
    page = {"form": form, "site": site}
    return render(request, "appliances/replacement.html", page, status=status_of(request))


@require_POST
@needs("site.manage")
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    box = find(request, pk, "site.manage")
    replacements.withdraw(box, by=request.user, at=clock.now())
    notices.success(request, _("It is to replace nothing any more."))
    return redirect("appliances:site", slug=request.customer.slug, pk=box.site_id)


def find(request: Any, pk: uuid.UUID, action: str) -> Appliance:
    """An appliance in whatever place, if this person may do that at its site; else 404 or 403."""
    found = get_object_or_404(Appliance.known.select_related("site", "replaces"), pk=pk)
    permissions.demand(request.user, action, site_id=found.site_id)
    found.site.customer = request.customer
    return found
