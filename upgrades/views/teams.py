"""Support's teams: who attends what, when, and how full the coming nights are. For staff."""

import uuid
from datetime import timedelta
from itertools import groupby

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appliances.models import Site
from portal import clock, permissions
from portal.permissions import needs
from upgrades.forms.teams import TeamForm
from upgrades.models import Team
from upgrades.services import teams

DAYS = timedelta(days=28)


@require_safe
@needs("team.view")
def listed(request: HttpRequest) -> HttpResponse:
    shapes = dict(Site.Shape.choices)
    rows = [
        {"team": team, "skills": [shapes[each] for each in team.skills if each in shapes]}
        for team in Team.objects.order_by("name").prefetch_related("shifts")
    ]
    page = {
        "rows": rows,
        "bounded": any(row["team"].active for row in rows),
        "unattended": [shapes[each] for each in teams.unattended()],
        "nights": _nights(),
        "may_manage": permissions.may(request.user, "team.manage"),
    }
    return render(request, "upgrades/team_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("team.manage")
def make(request: HttpRequest) -> HttpResponse:
    return _kept(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("team.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _kept(request, get_object_or_404(Team, pk=pk))


def _kept(request: HttpRequest, team: Team | None) -> HttpResponse:
    form = TeamForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            teams.keep(
                team, name=given["name"], zone=given["zone"], skills=given["skills"],
                shifts=form.shifts(), active=given["active"], by=request.user, at=clock.now(),
            )  # fmt: skip
        except teams.BadTeam as refusal:
            for name, said in refusal.fields.items():
                form.add_error(name if name in form.fields else None, str(said))
        else:
            notices.success(request, _("Saved. Seats that are taken already stay."))
            return redirect("upgrades:team-list")
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "upgrades/team.html", {"form": form, "team": team}, status=status)


def _nights() -> list[dict[str, object]]:
    """The coming days of UTC: seats of all hours, and the fullest hour."""
    begin = clock.now().replace(minute=0, second=0, microsecond=0)
    hours = teams.load(begin, begin + DAYS)
    found = []
    for day, rows in groupby(hours, key=lambda hour: hour.hour.date()):
        each = list(rows)
        found.append({
            "day": day, "seats": sum(hour.seats for hour in each),
            "taken": sum(hour.taken for hour in each),
            "full": sum(hour.taken >= hour.seats for hour in each),
        })  # fmt: skip
    return found
