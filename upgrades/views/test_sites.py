import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from appliances.forms.readiness import TestOf
from appliances.models import Site
from portal.permissions import needs
from upgrades.services import testing
from upgrades.views.finding import site_of, to_site


@needs("site.manage")
def test_of(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark a site as the test site of another one (G-PREP-11)."""
    site = site_of(request, pk, "site.manage")
    others = list(Site.objects.filter(closed_at=None).exclude(pk=pk).order_by("name"))
    form = TestOf(request.POST or None, sites=others, initial={"production": site.test_of_id})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["production"]
        found = next((other for other in others if str(other.pk) == chosen), None)
        testing.mark(site, test_of=found, by=request.user)
        return to_site(request, site, _("Saved."))
    page = {"form": form, "site": site}
    status = 422 if request.method == "POST" else 200
    return render(request, "upgrades/test_of.html", page, status=status)
