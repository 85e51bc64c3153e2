import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries
from appliances.models import Package
from appliances.services import catalogue as packages
from appliances.views import requirements_drawn
from portal.permissions import needs

DRAWN = "drawn"


@require_safe
@needs("catalogue.view")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Packages with what they need and how well that is known, as a table or drawn: for staff, and
    for a customer's people under their own address."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Package.Kind.values else ""
    page = {"packages": queries.packages(kind), "kind": kind, "kinds": Package.Kind.choices}
    if request.GET.get("view") == DRAWN:
        page |= {"drawing": requirements_drawn.of_all(queries.packages(), request), "kind": ""}
        page["hows"] = requirements_drawn.hows()
    return render(request, "appliances/catalogue.html", page)


@require_safe
@needs("catalogue.view")
def package(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Package.objects.prefetch_related("requirements"), pk=pk)
    drawing = requirements_drawn.of_one(found, queries.packages(), request)
    page = {
        "package": found, "needing": queries.packages_needing(found), "drawing": drawing,
        "hows": requirements_drawn.hows(),
    }  # fmt: skip
    return render(request, "appliances/package.html", page)


@require_POST
@needs("platform.manage")
def restore(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    packages.restore(get_object_or_404(Package, pk=pk), by=request.user)
    notices.success(request, _("It may be chosen again."))
    return redirect("appliances:package", pk=pk)
