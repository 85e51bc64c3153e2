import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods

from appliances.models import Site
from appliances.services import licences
from appliances.site_queries import in_place
from portal import clock, times
from portal.errors import Refused
from portal.permissions import needs
from portal.services import customers
from upgrades.forms.plans import PlanForm
from upgrades.planning.catalogue import dotted
from upgrades.planning.rules import breaches
from upgrades.planning.vocabulary import Procedure
from upgrades.procedures import PROCEDURES
from upgrades.services import availability, drafting, jobs, nodes, planning, previews, testing
from upgrades.services.rehearsals import asking
from upgrades.views import comparing, halves, letters, paths, planned, rehearsals, rules
from upgrades.views.finding import site_of, to_job
from upgrades.views.phases import told

MOST_AT_FIRST = 6


@require_http_methods(["GET", "HEAD", "POST"])
@needs("job.draft")
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at an upgrade before it exists; POST drafts it and asks for approval."""
    site = site_of(request, pk, "job.draft")
    given = request.POST if request.method == "POST" else request.GET
    known, unknown = _choices(site)
    form = PlanForm(site, known, given)
    if request.method == "POST" and form.is_valid():
        return _submit(request, site, form)
    page = {"site": site, "form": form, "refusal": unknown, **_shown(request, site, form)}
    return render(request, "upgrades/plan.html", page, status=200 if form.is_valid() else 422)


def _choices(site: Site) -> tuple[list[planning.Choice], Refused | None]:
    """The newer releases; a site of which a version is not known has none, and is told why."""
    try:
        return planning.choices(site), None
    except planning.NotKnown as refusal:
        return [], refusal


def _submit(request: Any, site: Site, form: PlanForm) -> HttpResponse:
    given, at = form.cleaned_data, clock.now()
    job = jobs.draft(
        site, form.choice.package, procedure=given["procedure"], method=given["method"],
        by=request.user, at=at, offline=form.offline_ids,
    )  # fmt: skip
    jobs.submit(job, by=request.user, at=at, earliest=form.earliest_at)
    return to_job(request, job, _("Submitted. Somebody else must approve it now."))


def _shown(request: Any, site: Site, form: PlanForm) -> dict[str, Any]:
    """The choice of releases always; the plan where it can be drawn, else why it cannot."""
    shown: dict[str, Any] = {"options": _options(form), "halves": halves.of_form(form)}
    if form.is_incomplete or not form.is_valid():
        return shown
    given, at = form.cleaned_data, clock.now()
    try:
        preview = previews.preview(
            site, form.choice.package, procedure=given["procedure"], method=given["method"],
            earliest=form.earliest_at, at=at, offline=form.offline_ids, by=request.user,
        )  # fmt: skip
    except Refused as refusal:
        return shown | {"refusal": refusal, **_broken(site, form)}
    return shown | _preview(request, site, form, preview, at)


def _broken(site: Site, form: PlanForm) -> dict[str, Any]:
    """What a person's own choice of nodes breaks, at which steps: to be read, not submitted."""
    given = form.cleaned_data
    if form.offline_ids is None:
        return {}
    draft = planning.look_at(
        site, form.choice.package, procedure=given["procedure"], method=given["method"],
        offline=form.offline_ids,
    )  # fmt: skip
    broken = breaches(draft.plan) if draft else {}
    if draft is None or not broken:
        return {}
    boxes = {box.name: box.letter for box in in_place(site)}
    return {
        "broken": planned.of_plan(draft.plan, draft.packages, boxes, rules.at_steps(broken)),
        "broken_marks": rules.marks(draft.plan, broken),
    }


def _options(form: PlanForm) -> dict[str, Any]:
    """The newest releases that can be reached (and what was chosen); the others folded."""
    chosen = form["target"].value()
    known = [_option(each, chosen) for each in form.releases]
    near = [option for option in known if not option["refused"]][:MOST_AT_FIRST]
    near = near or known[:MOST_AT_FIRST]
    if not any(option["chosen"] for option in near):
        near += [option for option in known if option["chosen"]]
    return {"first": near, "rest": [option for option in known if option not in near]}


def _option(each: planning.Choice, chosen: Any) -> dict[str, Any]:
    return {
        "value": str(each.package.pk),
        "title": each.package.name,
        "detail": _way(each),
        "refused": not each.hops,
        "chosen": str(each.package.pk) == chosen,
        **_mark(each),
    }


def _mark(choice: planning.Choice) -> dict[str, str]:
    """Only what is out of the ordinary wears a mark."""
    if not choice.hops:
        return {"family": "idle", "symbol": "declined", "word": _("cannot be reached")}
    if choice.package.is_security_fix:
        return {"family": "asks", "symbol": "warn", "word": _("security fix")}
    if choice.package.provenance == "DEMO":
        return {"family": "idle", "symbol": "flask", "word": _("demo")}
    return {}


def _way(choice: planning.Choice) -> str:
    """How many hops, and over which releases; or the sentence that refuses it."""
    if not choice.hops:
        return choice.refusal
    over = ", ".join(dotted(hop.product.version) for hop in choice.hops if hop.product)
    count = len(choice.hops)
    words = ngettext("%(count)d hop: %(over)s", "%(count)d hops: %(over)s", count)
    return words % {"count": count, "over": over}


def _preview(
    request: Any, site: Site, form: PlanForm, preview: previews.Preview, at: datetime
) -> dict[str, Any]:
    drawn = preview.drawn
    summary = drawn.summary
    boxes = {box.name: box.letter for box in in_place(site)}
    layout = preview.layout
    return {
        "drawn": drawn,
        "rehearsed": rehearsals.marks(asking.of_plan(site, drafting.digest(drawn))),
        "summary": summary,
        "tested": testing.shown(site, drawn.target, at),
        "dark": nodes.dark(summary),
        "page": _page(PROCEDURES[form.cleaned_data["procedure"]]),
        "chains": paths.of_draft(drawn),
        "guessed": paths.guessed(drawn),
        "compare": comparing.table(site, form, at),
        "phases": planned.of_plan(drawn.plan, drawn.packages, boxes),
        "left_out": planned.left_out(drawn.plan.left_out),
        "marks": rules.marks(drawn.plan),
        "layout": layout,
        "layout_refusal": preview.refusal,
        "nights": planned.nights(layout.rows, summary["windows"]) if layout else [],
        "passed_over": availability.alike(availability.passed_over(layout, site.zone))
        if layout
        else [],
        "contract": customers.contract_for(times.in_zone(at, site.zone).date()),
        "licence": licences.newest(site),
        "letter": letters.proposal(request, drawn, layout) if layout else None,
    }


def _page(procedure: Procedure) -> dict[str, str]:
    return {
        "title": told(procedure.title),
        "name": procedure.name,
        "about": " ".join(
            filter(None, map(told, (procedure.about, procedure.notice, procedure.risk)))
        ),
        "guide": procedure.guide,
    }
