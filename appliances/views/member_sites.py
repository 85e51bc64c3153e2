"""A member's sites: here and not in the portal's own pages, since those know no sites."""

import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appliances.forms.member_sites import EVERY, SOME, MemberSites
from appliances.models import Site
from portal import clock, permissions
from portal.models import Membership
from portal.permissions import needs
from portal.services import people


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member.manage")
def member_sites(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    rows = Membership.objects.select_related("user")
    if request.method == "POST":  # the role stays, one too that is given at the same time
        rows = rows.select_for_update(of=("self",))
    member = get_object_or_404(rows, pk=pk)
    known = Site.objects.order_by("name")
    visible = permissions.visible_sites(request.user)
    if visible is not None:
        known = known.filter(pk__in=visible)
    before = {
        "which": EVERY if member.site_ids is None else SOME,
        "sites": [str(site) for site in member.site_ids or []],
    }
    form = MemberSites(request.POST or None, known=known, initial=before)
    if request.method == "POST" and form.is_valid():
        people.limit_to_sites(member, form.values(), by=request.user, at=clock.now())
        notices.success(request, _("Saved: it counts from the next page they open."))
        return redirect("portal:member-list", slug=request.customer.slug)
    status = 422 if request.method == "POST" else 200
    shown = {"member": member, "form": form}
    return render(request, "appliances/member_sites.html", shown, status=status)
