"""The form to load back (G-MANUAL): every step that people confirm, with a line for each thing to
enter. A spreadsheet fills it in; what it means does not depend on anybody's language."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from appliances import actions as do
from portal.services import spreadsheets
from upgrades import queries
from upgrades.models import JobStep, UpgradeJob

DONE_BY, DONE_AT, BEGAN_AT, REMARK = "written_by", "written_done_at", "written_began_at", "remark"
HEADS = ("job", "step", "on", "what", "field", "enter", "how", "value", "job_id", "step_id")
Kind = do.FieldKind


def is_closed(job: UpgradeJob, steps: Sequence[JobStep]) -> bool:
    """Whether its site is one that is worked at without the portal: the network is restricted, the
    packages are carried by hand, or no appliance of its steps can be asked."""
    if job.site.restricted_network or job.method == "manual":
        return True
    boxes = [step.appliance for step in steps if step.appliance]
    return bool(boxes) and not any(box.can_be_asked for box in boxes)


def steps_of(job: UpgradeJob) -> list[JobStep]:
    """The steps that people confirm, in order; what the portal asks since it cannot see it too."""
    return [step for step in queries.steps_of(job) if is_a_persons(step)]


def is_a_persons(step: JobStep) -> bool:
    return step.doer != do.PORTAL or step.state == JobStep.State.ASKING


def lines(job: UpgradeJob) -> Iterator[str]:
    """The form as CSV, in the active language, with the marks that spreadsheets need."""
    return spreadsheets.written(HEADS, _rows(job))


def _rows(job: UpgradeJob) -> Iterator[list[object]]:
    for step in steps_of(job):
        on = step.appliance.letter if step.appliance else _("site")
        begin = [job.label, step.seq, on, _(step.text)]
        end = ["", str(job.pk), str(step.pk)]
        for name, enter, how in asked(step):
            yield [*begin, name, enter, how, *end]


def asked(step: JobStep) -> Iterator[tuple[str, str, str]]:
    """Name, label and how to write it, of each thing to enter for a step."""
    moment = _("as 2026-12-31T22:30, on the clock of the site")
    yield DONE_BY, _("Done by"), _("a name")
    yield BEGAN_AT, _("Begun at"), _("%(how)s; may stay empty") % {"how": moment}
    yield DONE_AT, _("Done at"), moment
    for field in do.find(step.action).evidence_fields:
        how = _how(field, moment)
        yield field.name, _(field.label), how if field.required else _may(how)
    yield REMARK, _("Remark"), _("may stay empty")


def _may(how: str) -> str:
    return _("%(how)s; may stay empty") % {"how": how}


def _how(field: do.Field, moment: str) -> str:
    if field.kind == Kind.CHOICE:
        return "; ".join(f"{code} = {_(label)}" for code, label in field.choices)
    return {
        Kind.NUMBER: _("a whole number"),
        Kind.DATE: _("as 2026-12-31"),
        Kind.DATETIME: moment,
        Kind.VERSION: _("numbers and dots"),
        Kind.TICK: _("yes, if it is so"),
        Kind.FILE: _("the name of the picture that you give along with this form"),
    }.get(field.kind, _("text"))
