import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.forms.members import Invitation, Role
from portal.models import Membership
from portal.permissions import needs
from portal.services import invitations, member_steps, people


@require_safe
@needs("member.view")
def members(request: HttpRequest) -> HttpResponse:
    return _page(request, Invitation())


@require_POST
@needs("member.manage")
def invite(request: HttpRequest) -> HttpResponse:
    form = Invitation(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    invitations.invite(**form.cleaned_data, by=request.user, at=clock.now())
    return redirect("portal:member-list", slug=request.customer.slug)


@require_POST
@needs("member.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Another role; the sites stay, those too that another administrator chose just now."""
    member = get_object_or_404(Membership.objects.select_for_update(of=("self",)), pk=pk)
    form = Role(request.POST)
    if not form.is_valid():
        return _page(request, Invitation(), problem=_("Choose one of the roles."), status=422)
    people.change_role(
        member,
        **form.cleaned_data,
        site_ids=member.site_ids,
        by=request.user,
        at=clock.now(),
    )
    return redirect("portal:member-list", slug=request.customer.slug)


@require_POST
@needs("member.manage")
def remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = get_object_or_404(Membership, pk=pk)
    people.remove_member(member, by=request.user, at=clock.now())
    return redirect("portal:member-list", slug=request.customer.slug)


@require_POST
@needs("member.reset_step")
def reset_step(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For somebody without telephone, passkey and recovery codes."""
    member = get_object_or_404(Membership.objects.select_related("user"), pk=pk)
    member_steps.reset(member, by=request.user, at=clock.now())
    words = _("Reset: %(name)s is signed out, signs in by password, and was told by e-mail.")
    notices.success(request, words % {"name": member.user})
    return redirect("portal:member-list", slug=request.customer.slug)


def _page(
    request: HttpRequest, form: Invitation, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = {
        "members": queries.members(),
        "roles": Membership.Role.choices,
        "form": form,
        "problem": problem,
        "may_manage": request.may("member.manage"),
    }
    return render(request, "portal/member_list.html", page, status=status)
