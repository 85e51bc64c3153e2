"""A form is looked at and loaded: every step through the one door of confirming, in the order of
the plan, with the time it happened. All of it is good, or nothing is loaded.

What the portal does by itself between two steps of people is not jumped over: lines that come after
it are good and wait; the same form given again goes on from there, and changes nothing before.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from appliances import actions as do
from portal.errors import NotNow, Refused
from portal.models import EvidenceFile
from portal.services import evidence as files_service
from portal.services.evidence import StoredFile
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import IN_FLIGHT, OVER
from upgrades.services import evidence, stepping, steps, waited
from upgrades.services.afterwards import NotThen, Written
from upgrades.services.waited import WaitNotOver
from upgrades.services.whatif.outcomes import imagining
from upgrades.services.written import form, found, reading
from upgrades.services.written.reading import Entry, Problem

S, B = JobStep.State, Booking.State
LOADED = (UpgradeJob.State.RUNNING, UpgradeJob.State.MISSED)


class FormIsBad(Refused):
    """Something in it cannot be right, so nothing of it was loaded."""

    code = "form-is-bad"


@dataclass
class Report:
    """What a form does or did: steps confirmed, those that are confirmed with the same already,
    those that wait for a step of the portal's own (with why), windows that the portal took for
    missed and that were kept, and what is bad."""

    loaded: list[JobStep] = field(default_factory=list)
    same: list[JobStep] = field(default_factory=list)
    later: list[tuple[JobStep, str]] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def preview(
    job: UpgradeJob, content: bytes, *, pictures: Mapping[str, StoredFile], by: Any, at: datetime,
    corrects: bool = True,
) -> Report:  # fmt: skip
    """What loading it would do, and each line that is bad. Nothing is written. `corrects` as of
    `load`. Raises NoForm, JobRests."""
    _demand(job)
    entries, problems = reading.read(content, job, pictures=pictures, at=at)
    report = Report(problems=problems)
    if not problems:
        with imagining():
            _walk(job, entries, report, pictures=pictures, by=by, at=at, corrects=corrects)
    return report


def load(
    job: UpgradeJob, content: bytes, *, name: str, pictures: Mapping[str, StoredFile], by: Any,
    at: datetime, corrects: bool = True,
) -> Report:  # fmt: skip
    """Confirm what it says, as far as the portal's own steps let it, and keep the form itself.
    Without `corrects` nobody says by it that a missed window was kept, whatever their own rights.
    In the customer's transaction. Raises FormIsBad, NoForm, JobRests; then nothing is loaded."""
    _demand(job)
    entries, problems = reading.read(content, job, pictures=pictures, at=at)
    report = Report(problems=problems)
    if not problems:
        _walk(job, entries, report, pictures=pictures, by=by, at=at, corrects=corrects)
    if report.problems:
        first = report.problems[0]
        raise FormIsBad(
            _("Line %(line)s: %(sentence)s") % {"line": first.line, "sentence": first.sentence},
            remedy=_("Look at the preview again: nothing was loaded."),
        )
    if report.loaded:
        _keep(report.loaded[0], content, name, by=by, at=at)
    return report


def _demand(job: UpgradeJob) -> None:
    if job.state not in LOADED:
        raise stepping.JobRests(
            gettext_lazy("The job is not running: nothing is confirmed or tried meanwhile."),
            remedy=gettext_lazy("Resume the job first."),
        )


def _walk(
    job: UpgradeJob, entries: Sequence[Entry], report: Report, *,
    pictures: Mapping[str, StoredFile], by: Any, at: datetime, corrects: bool,
) -> None:  # fmt: skip
    """Step by step, until one is refused. What was done before it the caller takes back."""
    for entry in entries:
        assert entry.written is not None, entry.step
        try:
            found.begin(job, entries, by=by, at=at, corrects=corrects)
            step = _now(entry.step)
            if found.take_up(step, entry.written, by=by, at=at, corrects=corrects):
                step = _now(entry.step)
                report.kept.append(step.window)
            if step.state in OVER:
                _demand_same(step, entry)
                report.same.append(step)
            elif waits := _waits(step):
                report.later.append((step, waits))
            else:
                _confirm(step, entry, pictures, by=by, at=at)
                report.loaded.append(step)
        except Refused as refusal:
            report.problems.append(_problem(entry, refusal))
            return


def _now(step: JobStep) -> JobStep:
    rows = JobStep.objects.select_related("job__site", "appliance", "package", "holder")
    return rows.get(pk=step.pk)


def _waits(step: JobStep) -> str:
    """What of the portal's own comes first; empty: it is its turn. Raises NotNow where a step of
    people comes first that this form has not, or its own state allows nothing."""
    if step.state in (S.ASKING, S.READY):
        return ""
    if step.state != S.PLANNED:
        raise _not_now(step)
    earlier = Q(rank__lt=step.rank) | Q(rank=step.rank, lane=step.lane, seq__lt=step.seq)
    first = step.job.steps.filter(earlier).exclude(state__in=OVER).order_by("rank", "seq").first()
    if first is None:
        return ""
    told = {"seq": first.seq, "text": _(first.text)}
    if first.doer == do.PORTAL or first.state in IN_FLIGHT:
        return _("Step %(seq)s comes first, which the portal does itself: %(text)s.") % told
    raise NotNow(_("Step %(seq)s comes first and is not done: %(text)s.") % told)


def _not_now(step: JobStep) -> NotNow:
    told = {"state": step.get_state_display()}
    return NotNow(
        _("This step is not one to confirm now: %(state)s.") % told,
        remedy=_(step.reason) if step.reason else "",
    )


def _confirm(
    step: JobStep, entry: Entry, pictures: Mapping[str, StoredFile], *, by: Any, at: datetime
) -> None:
    written = entry.written
    assert written is not None
    if step.state == S.READY and step.doer == do.PORTAL:
        stepping.is_a_persons(step)
    if do.find(step.action).changes:
        stepping.no_hold(step)
    if step.window:
        _demand_window(step, written)
    if step.state == S.READY:
        stepping.seize(step)
        step.claim()
        step.ask(look_at=None)
        step.save()
    kept = {
        name: _picture(step, pictures[file], by=by, at=at) for name, file in entry.pictures.items()
    }
    told = steps.confirm(step, values=entry.values, files=kept, by=by, at=at, written=written)
    if told.state == S.HELD:
        raise NotNow(
            _("By this, the list of packages differs from the plan."),
            remedy=_("Report it on the job’s page: support works out what is to be done."),
        )


def _picture(step: JobStep, given: StoredFile, *, by: Any, at: datetime) -> EvidenceFile:
    found = EvidenceFile.objects.filter(pk=given.id).first()  # one picture may prove two steps
    return found or files_service.register(
        given, subject=step, by=by, at=at, site_id=step.job.site_id
    )


def _demand_window(step: JobStep, written: Written) -> None:
    """What was done in a window was done after it began."""
    rows = Booking.objects.filter(job=step.job, window=step.window)
    booking = rows.filter(state__in=[B.BOOKED, B.IN_USE, B.USED]).first()
    if booking is None:
        raise NotNow(
            _("Window %(number)s of this step is not booked.") % {"number": step.window},
            remedy=_("Report it on the job’s page: support works out what is to be done."),
        )
    if (written.began_at or written.happened_at) < booking.starts_at:
        raise NotThen(
            _("Its window had not begun then: it begins at %(when)s.")
            % {"when": waited.on_site(step, booking.starts_at)}
        )


def _demand_same(step: JobStep, entry: Entry) -> None:
    """Confirmed already: with the same, or it is refused. Pictures are not compared."""
    if step.state != S.DONE:
        raise _not_now(step)
    told: dict[str, Any] = {}
    for asked in do.find(step.action).evidence_fields:
        if asked.name in entry.values:
            told |= evidence.typed(asked, entry.values[asked.name])
    if form.REMARK in entry.values:
        told[form.REMARK] = entry.values[form.REMARK]
    assert entry.written is not None
    if "happened_at" in step.evidence:
        marks = entry.written.told(typed_at=entry.written.happened_at)
        told |= {name: marks[name] for name in ("written_by", "happened_at")}
    other = [name for name, value in told.items() if step.evidence.get(name) != value]
    if other:
        raise NotNow(
            _("This step is confirmed already, and with something else: %(fields)s.")
            % {"fields": ", ".join(other)}
        )


def _problem(entry: Entry, refusal: Refused) -> Problem:
    """At the field that it is about, else at the step's first line."""
    asked = [form.DONE_AT] if isinstance(refusal, NotThen | WaitNotOver) else refusal.fields
    name = next((name for name in asked if name in entry.cells), "")
    line, cell = entry.cells.get(name, (entry.line, ""))
    said = refusal.fields.get(name) or refusal
    sentence = " ".join(str(part) for part in (said, refusal.remedy) if part)
    return Problem(line, str(entry.step.seq), name, cell[:60], sentence)


def _keep(step: JobStep, content: bytes, name: str, *, by: Any, at: datetime) -> None:
    """The form as it came, once, among the files of the first step that it confirmed. Texts are
    kept in UTF-8: one in another encoding is written anew."""
    content = reading.in_utf8(content)
    sha256 = hashlib.sha256(content).hexdigest()
    ids = step.job.steps.values_list("pk", flat=True)
    if not EvidenceFile.objects.filter(subject_id__in=ids, sha256=sha256).exists():
        files_service.keep(
            [content], kind=EvidenceFile.Kind.DOCUMENT, name=name, subject=step, by=by, at=at,
            content_type="text/csv", site_id=step.job.site_id,
        )  # fmt: skip
