"""The vendor's staff: for the portal's administrators."""

import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.errors import Refused
from portal.forms.staff import ROLES, NewStaff, StaffRole
from portal.models import User
from portal.permissions import needs
from portal.services import links, second_step, staff


@require_safe
@needs("staff.manage")
def people(request: HttpRequest) -> HttpResponse:
    return _page(request, NewStaff())


@never_cache
@require_POST
@needs("staff.manage")
def make(request: HttpRequest) -> HttpResponse:
    """The link to set a password is shown on this answer, once."""
    form = NewStaff(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = staff.make(**form.cleaned_data, by=request.user, at=clock.now())
    except Refused as refusal:
        form.add_error("email", str(refusal))
        return _page(request, form, status=409)
    link = links.issue(links.INVITATION, user=made)
    return _page(request, NewStaff(), link=link, person=made)


@require_POST
@needs("staff.manage")
def change_role(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = StaffRole(request.POST)
    if not form.is_valid():
        return _page(request, NewStaff(), problem=_("Choose one of the roles."), status=422)
    staff.change_role(_one(pk), **form.cleaned_data, by=request.user, at=clock.now())
    notices.success(request, _("Saved: it counts from the next page they open."))
    return redirect("portal:staff-list")


@require_POST
@needs("staff.manage")
def disable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    staff.disable(_one(pk), by=request.user, at=clock.now())
    notices.success(request, _("Disabled: their sessions and API keys have ended."))
    return redirect("portal:staff-list")


@require_POST
@needs("staff.manage")
def enable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    staff.enable(_one(pk), by=request.user, at=clock.now())
    notices.success(request, _("They may sign in again."))
    return redirect("portal:staff-list")


@require_POST
@needs("staff.manage")
def reset_step(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For somebody without telephone and recovery codes."""
    second_step.reset(_one(pk), by=request.user, at=clock.now())
    notices.success(request, _("Reset: they are signed out, and set it up when they sign in."))
    return redirect("portal:staff-list")


@require_POST
@needs("staff.manage")
def untie(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For somebody whom the staff's provider knows under another account by now."""
    staff.untie(_one(pk), by=request.user, at=clock.now())
    notices.success(request, _("Taken away: their next account there is tied anew."))
    return redirect("portal:staff-list")


@never_cache
@require_POST
@needs("staff.manage")
def new_link(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    person = _one(pk, is_active=True)
    link = staff.new_link(person, by=request.user, at=clock.now())
    return _page(request, NewStaff(), link=link, person=person)


def _one(pk: uuid.UUID, **known: bool) -> User:
    return get_object_or_404(User.objects.exclude(staff_role=""), pk=pk, **known)


def _page(
    request: HttpRequest, form: NewStaff, *, link: str = "", person: User | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    shown = {
        "people": queries.staff_people(), "roles": ROLES, "form": form, "link": link,
        "person": person, "problem": problem,
    }  # fmt: skip
    return render(request, "portal/staff.html", shown, status=status)
