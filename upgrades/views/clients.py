"""The clients of a job's site: who has followed a release, who has not, what is done about it."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.errors import Refused
from portal.permissions import needs
from upgrades.forms.clients import DecisionForm, ExportForm
from upgrades.models import ClientExport, ClientLook, JobStep, UpgradeJob
from upgrades.models.clients import TO_COME
from upgrades.models.job import ENDED
from upgrades.services import convergence
from upgrades.services.clients import counting, exports, listing, looks, records, uploads
from upgrades.views import kinds
from upgrades.views.finding import job_of, step_of


@require_safe
@needs("job.view")
def clients(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, job_of(request, pk))


@require_safe
@needs("job.view")
def to_come(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """Those that have not followed, as CSV; it streams, however many they are."""
    job = job_of(request, pk)
    look = _look(request, job)
    if look is None:
        raise Refused(_("Nobody has looked at the clients of this job yet."))
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{job.label}-clients.csv") or "",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    lines = listing.as_csv(job.customer_id, look.pk)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@needs("step.act")
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One decision for the clients that were ticked, or for all that the list shows."""
    job = job_of(request, pk, "step.act")
    look, form = _look(request, job), DecisionForm(request.POST)
    if look is None or not form.is_valid():
        raise Refused(_("Choose clients, and what happens with them."))
    rows = listing.found(look, listing.wish_of(request.GET))
    if not form.cleaned_data["all"]:
        rows = rows.filter(pk__in=[each for each in request.POST.getlist("client") if _is_id(each)])
    number = convergence.decide(
        job, rows, hop=look.hop, choice=form.cleaned_data["choice"],
        reason=form.cleaned_data["reason"], by=request.user, at=clock.now(),
    )  # fmt: skip
    said = ngettext("Decided for %(n)d client.", "Decided for %(n)d clients.", number)
    return _back(request, job, look.hop, said % {"n": number})


@require_POST
@needs("step.act")
def look_now(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "step.act")
    hop = _hop(request, job)
    if not convergence.look_again(job, hop, by=request.user, at=clock.now()):
        raise Refused(
            _("No step of this job waits for its clients now."),
            remedy=_("Upload an exported list, or look again once the job gets there."),
        )
    return _back(request, job, hop, _("The portal looks again: reload this page in a moment."))


@require_POST
@needs("step.act")
def upload(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    """An exported list: all of it, or nothing and the reasons."""
    step = step_of(request, pk, seq, "step.act")
    form = ExportForm(step, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, step.job, form=form, status=422)
    given = dict(form.cleaned_data)
    file = given.pop("file")
    try:
        found = uploads.take(
            step, file.chunks(), name=file.name, by=request.user, at=clock.now(), **given
        )
    except Refused as refusal:
        form.takes(refusal)
        return _page(request, step.job, form=form, status=409)
    if isinstance(found, ClientExport):
        return _back(request, step.job, step.hop, _("The list is being read: this takes a while."))
    said = ngettext("%(n)d client read.", "%(n)d clients read.", found.total) % {"n": found.total}
    return _back(request, step.job, found.hop, said)


@require_safe
@needs("job.view")
def export(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far a large list is, for a page that stands open; once it is over the page comes anew."""
    job = job_of(request, pk)
    reading = uploads.latest(job.pk)
    shown = {"job": job, "site": job.site, "reading": reading}
    response = render(request, "upgrades/parts/client_export.html", shown)
    if reading is None or not reading.is_open:
        response.headers["HX-Refresh"] = "true"
    return response


def _page(
    request: Any, job: UpgradeJob, *, form: ExportForm | None = None, status: int = 200
) -> HttpResponse:
    look, wish = _look(request, job), listing.wish_of(request.GET)
    hop = look.hop if look else _hop(request, job)
    step = _open_step(job, hop)
    shown = {
        "job": job, "site": job.site, "look": look, "wish": wish, "hop": hop,
        "hops": _hops(job), "step": step, "kept": kinds.kept(records.of_job(job)),
        "reading": uploads.latest(job.pk), "form": form or (ExportForm(step) if step else None),
    }  # fmt: skip
    if look:
        shown |= _list(request, look, wish)
    return render(request, "upgrades/clients.html", shown, status=status)


def _list(request: Any, look: ClientLook, wish: listing.Wish) -> dict[str, Any]:
    rows, more = listing.page(look, wish)
    over = look.job.state in ENDED
    may = not over and request.may("step.act")
    return {
        "rows": [kinds.marked(row) for row in rows], "may_decide": may,
        "last": wish.after + len(rows), "figures": counting.figures(look),
        "kinds": kinds.of_look(look), "bar": kinds.shares(look), "to_come": look.count(*TO_COME),
        "found": listing.found(look, wish).count(),
        "newer": max(wish.after - listing.PAGE, 0) if wish.after else None,
        "older": wish.after + listing.PAGE if more else None,
        "choices": kinds.choices(), "sorts": kinds.sorts(), "query": request.GET.urlencode(),
    }  # fmt: skip


def _hops(job: UpgradeJob) -> list[int]:
    looks_of = ClientLook.objects.filter(job=job, ended_at__isnull=False)
    return sorted(set(looks_of.values_list("hop", flat=True)))


def _hop(request: Any, job: UpgradeJob) -> int:
    """The one that is asked for; else the last one that was looked at, or that the job is in."""
    asked = request.GET.get("hop", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 3:
        return int(asked)
    return convergence.hop_of(job)


def _look(request: Any, job: UpgradeJob) -> ClientLook | None:
    return looks.latest(job.pk, _hop(request, job))


def _open_step(job: UpgradeJob, hop: int) -> JobStep | None:
    """The step that takes an export now."""
    open_ = job.steps.filter(hop=hop, action__in=exports.TAKES).open()
    step = open_.order_by("seq").first()
    if step is not None:
        step.job = job
    return step


def _back(request: Any, job: UpgradeJob, hop: int, said: str) -> HttpResponse:
    notices.success(request, said)
    to = reverse("upgrades:job-clients", kwargs={"slug": request.customer.slug, "pk": job.pk})
    return redirect(f"{to}?hop={hop}")


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
