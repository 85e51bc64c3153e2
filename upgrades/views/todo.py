"""What a job asks of a person now: one piece a step that asks or is held, with its form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_noop

from appliances import actions as do
from appliances.models import Appliance
from portal import permissions
from portal.models import User
from portal.templatetags.instants import from_now
from upgrades import queries
from upgrades.forms.evidence import EvidenceForm
from upgrades.forms.handing import HandOverForm
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import handing, progressing
from upgrades.services.clients import records
from upgrades.services.skipping import GUARDS
from upgrades.views import kinds
from upgrades.views.lanes import Words, guide_of, text_of
from upgrades.views.phases import told

S = JobStep.State
ASKS = (S.HELD, S.ASKING)
HALTS = gettext_noop(
    "This halts the whole job and locks the site’s appliances, until the vendor has answered. Do "
    "not restart the appliance."
)
HOLDS = gettext_noop("The step is held until somebody decides; nothing goes on without it.")


@dataclass(frozen=True)
class Todo:
    """A step with everything a person needs to act on it, in the reader's language."""

    step: JobStep
    title: str
    guide: str
    how: list[str]
    screen: str  # as the appliance names it
    what_if_not: str
    doer: str
    due: str
    reason: str
    trouble: str  # what reporting a problem does
    form: EvidenceForm
    guard: bool  # two people skip it
    one_way: bool
    page: str  # of the simulated appliance, in the demo
    kept: list[kinds.Kept]  # what was written down earlier and is needed here
    hand_over: HandOverForm | None  # for whoever may offer it to somebody else
    offered_to_me: bool
    may_take: bool  # nobody is at it, or nobody accepted it in time

    @property
    def key(self) -> str:
        """Changes with whatever would make what somebody typed worthless."""
        step = self.step
        held_by = str(step.holder_id or "")[:8]
        offered = (step.offered or {}).get("id", "")[:8]
        return slugify(f"{step.seq}-{step.state}-{step.began_at}-{held_by}-{offered}")

    @property
    def anchor(self) -> str:
        return f"todo-{self.step.seq}"

    @property
    def report_id(self) -> str:
        return f"report-{self.step.seq}"

    @property
    def skip_id(self) -> str:
        return f"skip-{self.step.seq}"

    @property
    def skip_asked(self) -> dict[str, Any] | None:
        return self.step.observed.get("skip_asked")

    @property
    def progress(self) -> dict[str, Any] | None:
        return progressing.told(self.step)

    @property
    def is_drain(self) -> bool:
        """At its limit a person waits longer, or cuts off whoever is still connected."""
        return self.step.action == do.DRAIN.name

    @property
    def offered(self) -> dict[str, str] | None:
        return self.step.offered


def todos(
    job: UpgradeJob, steps: Iterable[JobStep], *, now: datetime, reader: Any,
    bound: EvidenceForm | None = None,
) -> list[Todo]:  # fmt: skip
    """`bound` is a form that came back with errors: it stands at its step."""
    words = Words(job.site.zone, now)
    boxes = {}
    found = [step for step in steps if step.state in ASKS]
    if found and settings.DEMO and settings.SIMULATOR_URL:
        boxes = {box.pk: box for box in queries.boxes_of(job, steps)}
    people = _Colleagues(job, reader)
    return [_todo(job, step, words, boxes, bound, people) for step in found]


class _Colleagues:
    """To whom the reader could hand a step over: asked once a page, and only if they may."""

    def __init__(self, job: UpgradeJob, reader: Any) -> None:
        self.job, self.reader = job, reader

    @cached_property
    def found(self) -> list[User]:
        return handing.candidates(self.job, by=self.reader)

    @cached_property
    def may_for_others(self) -> bool:
        return permissions.may(self.reader, "step.skip", site_id=self.job.site_id)

    def form(self, step: JobStep) -> HandOverForm | None:
        if step.state != S.ASKING:
            return None
        if step.holder_id not in (None, self.reader.pk) and not self.may_for_others:
            return None
        people = [person for person in self.found if person.pk != step.holder_id]
        return HandOverForm(step, people) if people else None


def _todo(
    job: UpgradeJob, step: JobStep, words: Words, boxes: dict[Any, Appliance],
    bound: EvidenceForm | None, people: _Colleagues,
) -> Todo:  # fmt: skip
    action = do.find(step.action)
    is_bound = bound is not None and bound.step.pk == step.pk
    return Todo(
        step=step, title=text_of(step), guide=guide_of(step.guide),
        how=[told(line) for line in action.instructions(job.method == "manual")],
        screen=action.screen, what_if_not=told(action.what_if_not),
        doer=_doer(job, step), due=_due(step, words),
        reason=told(step.reason), trouble=_(HALTS) if step.halts else _(HOLDS),
        form=bound if bound is not None and is_bound else EvidenceForm(step),
        guard=step.action in GUARDS, one_way=step.effect == do.ONE_WAY,
        page=page_of(step, boxes), hand_over=people.form(step),
        kept=kinds.kept(records.of_step(step)),
        offered_to_me=step.is_offered_to(people.reader),
        may_take=step.holder_id != people.reader.pk and handing.is_free(step, people.reader),
    )  # fmt: skip


def _doer(job: UpgradeJob, step: JobStep) -> str:
    """Who is asked; whoever keeps the integration clients by name, if it is known (G-CLIENT-9)."""
    name = job.site.integration_kept_by if step.doer == do.INTEGRATION else ""
    return name or told(do.Doer(step.doer).label)


def _due(step: JobStep, words: Words) -> str:
    if step.deadline_at is None:
        return ""
    return _("due %(when)s, %(ago)s") % {
        "when": words.when(step.deadline_at), "ago": from_now(step.deadline_at, words.now),
    }  # fmt: skip


def page_of(step: JobStep, boxes: dict[Any, Appliance]) -> str:
    """In the demo: the appliance's own page, where a person presses the buttons."""
    box = boxes.get(step.appliance_id) or next(iter(boxes.values()), None)
    if box is None or not box.simulated:
        return ""
    return f"{settings.SIMULATOR_URL}/at/{box.host}/appliance"


@dataclass(frozen=True)
class Wait:
    """A wait for a time: until when, since when, and how many clients are still to come."""

    step: JobStep
    title: str
    reason: str
    until: datetime
    is_dwell: bool
    counts: list[tuple[str, int]]
    said: str

    @property
    def skip_asked(self) -> dict[str, Any] | None:
        return self.step.observed.get("skip_asked")


def waits(steps: Iterable[JobStep], now: datetime) -> list[Wait]:
    """The waits that are going on. One without an end (a missed window) is not counted down."""
    return [
        _wait(step)
        for step in steps
        if step.state in (S.WAITING, S.READY) and step.next_at and _counts_down(step, now)
    ]


def _counts_down(step: JobStep, now: datetime) -> bool:
    return now < step.next_at < now + timedelta(days=365)


def _wait(step: JobStep) -> Wait:
    seen = step.observed
    updated, queued = seen.get("updated", 0), seen.get("on_line_queued", 0)
    away, lost = seen.get("off_line", 0), seen.get("lost", 0)
    total, said = seen.get("total"), ""
    if total:
        said = _(
            "%(updated)s of %(total)s clients have followed; %(queued)s are on line and queued, "
            "%(away)s off line, %(lost)s unseen for more than 24 h"
        ) % {"updated": updated, "total": total, "queued": queued, "away": away, "lost": lost}
    return Wait(
        step=step, title=text_of(step), reason=told(step.reason), until=step.waits_until,
        is_dwell=step.action == do.DWELL.name, said=said,
        counts=[("good", updated), ("wait", queued), ("asks", away), ("stop", lost)],
    )  # fmt: skip
