import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.forms.keys import NewKey
from portal.models import ApiKey, Customer
from portal.permissions import SIGNED_IN, needs
from portal.services import customers, key_families, keys


@require_safe
@needs(SIGNED_IN)
def own(request: HttpRequest) -> HttpResponse:
    """The person's own keys; what a key may do is bounded by what the person may."""
    return _page(request, _form(request))


@require_POST
@needs(SIGNED_IN)
def issue(request: HttpRequest) -> HttpResponse:
    """Make a key. Its text is shown on this answer and never again."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        _key, token = keys.issue(
            **form.values(), user=request.user, by=request.user, at=clock.now()
        )
    except keys.BadNetwork as refusal:
        form.add_error("networks", str(refusal))
        return _page(request, form, status=409)
    return _page(request, _form(request), token=token)


@require_POST
@needs(SIGNED_IN)
def rotate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new key in the place of one, which lives on for a day. Its text is shown once."""
    key = get_object_or_404(ApiKey, pk=pk, user=request.user, revoked_at=None)
    _key, token = keys.rotate(key, by=request.user, at=clock.now())
    return _page(request, _form(request), token=token)


@require_POST
@needs(SIGNED_IN)
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a key and those that it made, which the page names before."""
    key = get_object_or_404(ApiKey, pk=pk, user=request.user, revoked_at=None)
    keys.revoke(key, by=request.user, at=clock.now())
    return redirect("portal:key-list")


def _form(request: HttpRequest, data: object = None) -> NewKey:
    staff = request.user.is_staff
    known = list(Customer.across.order_by("name")) if staff else customers.of_person(request.user)
    return NewKey(data, customers=known, staff=staff)


def _page(
    request: HttpRequest, form: NewKey, *, token: str = "", status: int = 200
) -> HttpResponse:
    names = {str(key): customer.name for key, customer in form.known.items()}
    own = ApiKey.objects.filter(user=request.user, revoked_at=None).order_by("-made_at")
    rows = [
        (key, names.get(str(key.customer_id), ""), family)
        for key, family in key_families.of_each(own).items()
    ]
    page = {"keys": rows, "form": form, "token": token}
    return render(request, "portal/keys.html", page, status=status)
