import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import queries
from appliances.forms.appliances import Account, ApplianceFacts, StaffApplianceFacts
from appliances.forms.pictures import Picture
from appliances.forms.readings import Licences, Versions
from appliances.models import Appliance
from appliances.services import appearance, credentials, licences, pictures, sites, versions
from appliances.views.sites import find as find_site, status_of
from portal import clock, permissions
from portal.background import enqueue
from portal.errors import Refused
from portal.permissions import needs


def find(request: HttpRequest, pk: uuid.UUID, action: str = "site.view") -> Appliance:
    """The appliance, if this person may do that at its site; else 404 or 403."""
    found = get_object_or_404(Appliance.known.select_related("site"), pk=pk)
    permissions.demand(request.user, action, site_id=found.site_id)
    return found


@needs("site.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    box = find(request, pk, "site.manage")
    kind = StaffApplianceFacts if request.user.is_staff else ApplianceFacts
    known = {name: getattr(box, name) for name in kind.base_fields}
    form = kind(request.POST or None, initial=known | {"physical": "1" if box.physical else ""})
    if request.method == "POST" and form.is_valid():
        sites.change_appliance(box, by=request.user, **form.cleaned_data)
        return _saved(request, box)
    return _change_page(request, box, form)


@require_POST
@needs("site.manage")
def photograph(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What it looks like where it stands; the one before is left behind as evidence."""
    box = find(request, pk, "site.manage")
    picture = Picture(request.POST, request.FILES)
    if not picture.is_valid():
        return _change_page(request, box, None, picture)
    try:
        appearance.photograph(
            box, picture.cleaned_data["picture"].chunks(), by=request.user, at=clock.now()
        )
    except Refused as refusal:
        picture.add_error("picture", str(refusal))
        return _change_page(request, box, None, picture)
    return _saved(request, box)


@needs("credentials.manage")
def account(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The API account: it can be replaced and removed, never read."""
    box = find(request, pk, "credentials.manage")
    form = Account(request.POST or None, initial={"auth": box.auth, "account": box.client_id})
    if request.method == "POST" and form.is_valid():
        credentials.store(box, by=request.user, **form.cleaned_data)
        return _saved(request, box)
    page = {"form": form, "box": box, "site": box.site}
    return render(request, "appliances/account.html", page, status=status_of(request))


@require_POST
@needs("credentials.manage")
def account_remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    box = find(request, pk, "credentials.manage")
    credentials.remove(box, by=request.user)
    return _saved(request, box)


@require_POST
@needs("site.check")
def back_up(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the settings backup fetched, in the background: this request holds a transaction."""
    box = find(request, pk, "site.check")
    enqueue(
        "appliances.back_up",
        customer_id=str(request.customer.pk),
        appliance_id=str(box.pk),
        by_id=str(request.user.pk),
    )
    notices.info(request, _("The backup is being fetched. Look again in a moment."))
    return redirect("appliances:site", slug=request.customer.slug, pk=box.site_id)


@needs("site.read_versions")
def read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Versions as a person reads them off Status > Basics, with the picture."""
    box = find(request, pk, "site.read_versions")
    form = Versions(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        at, given = clock.now(), form.cleaned_data
        picture = pictures.keep(given["picture"], of=box, by=request.user, at=at)
        for kind, name in (("BASE", "base_version"), ("PRODUCT", "product_version")):
            if given[name]:
                versions.type_in(
                    box,
                    kind,
                    given[name],
                    by=request.user,
                    at=at,
                    picture_id=picture.pk if picture else None,
                )
        return _saved(request, box)
    page = {"form": form, "box": box, "site": box.site}
    return render(request, "appliances/version_read.html", page, status=status_of(request))


@require_safe
@needs("site.view")
def readings(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    site = find_site(request, pk)
    page = {"site": site, "readings": queries.readings_of(site, most=200)}
    return render(request, "appliances/reading_list.html", page)


@needs("site.read_versions")
def licence(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    site = find_site(request, pk, "site.read_versions")
    form = Licences(request.POST or None)
    if request.method == "POST" and form.is_valid():
        licences.record(site, by=request.user, at=clock.now(), **form.cleaned_data)
        notices.success(request, _("Saved."))
        return redirect("appliances:site", slug=request.customer.slug, pk=site.pk)
    page = {"form": form, "site": site, "licence": licences.newest(site)}
    return render(request, "appliances/licence.html", page, status=status_of(request))


def _change_page(
    request: HttpRequest, box: Appliance, form: Any, picture: Picture | None = None
) -> HttpResponse:
    if form is None:
        kind = StaffApplianceFacts if request.user.is_staff else ApplianceFacts
        known = {name: getattr(box, name) for name in kind.base_fields}
        form = kind(initial=known | {"physical": "1" if box.physical else ""})
    page = {"form": form, "box": box, "site": box.site, "picture": picture or Picture()}
    return render(request, "appliances/appliance_change.html", page, status=status_of(request))


def _saved(request: HttpRequest, box: Appliance) -> HttpResponse:
    notices.success(request, _("Saved."))
    return redirect("appliances:site", slug=request.customer.slug, pk=box.site_id)
