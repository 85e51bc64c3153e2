"""What needs a person as lines of a queue, the most urgent first."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appliances import actions as do
from appliances.models import BaseHold, SupportQuestion
from portal import times
from portal.templatetags.instants import from_now
from portal.templatetags.marks import mark_of
from upgrades.models import Interim, JobStep, UpgradeJob
from upgrades.start_queries import Needs
from upgrades.views.lanes import text_of
from upgrades.views.phases import told

J, S = UpgradeJob.State, JobStep.State
Line = dict[str, Any]


def queue(needs: Needs, *, now: datetime, across: bool) -> list[Line]:
    """HALTED first, then open locks, what nobody took in time, held, asking, no failover, missed,
    proposed, questions to support."""
    jobs = {state: [job for job in needs.jobs if job.state == state] for state in J.values}
    late = [step for step in needs.steps if step.waits_rung]
    others = [step for step in needs.steps if not step.waits_rung]
    return [
        *(_halted(job, now) for job in jobs[J.HALTED]),
        *(_hold(hold, now) for hold in needs.holds),
        *(_held(s, now) for s in late if s.state == S.HELD),
        *(_asking(step, now) for step in late if step.state == S.ASKING),
        *(_held(s, now) for s in others if s.state == S.HELD),
        *(_asking(step, now) for step in others if step.state == S.ASKING),
        *(_interim(each, now) for each in needs.interims),
        *(_missed(job, now) for job in jobs[J.MISSED]),
        *(_proposed(job, now) for job in jobs[J.PROPOSED]),
        *(_question(question, now) for question in needs.questions if across),
    ]


def _line(code: str, **more: Any) -> Line:
    found = mark_of(code)
    return {"family": found.family, "symbol": found.symbol, "word": found.word, **more}


def _where(job: UpgradeJob) -> str:
    return f"{job.customer.name} · {job.site.public_name}"


def _at_job(job: UpgradeJob, anchor: str = "") -> str:
    at = reverse("upgrades:job", kwargs={"slug": job.customer.slug, "pk": job.pk})
    return f"{at}{anchor}"


def _since(instant: datetime | None, site: Any, now: datetime) -> dict[str, str]:
    if instant is None:
        return {"when": "", "ago": ""}
    clock = times.clock_label(times.in_zone(instant, site.zone))
    return {"when": _("since %(when)s") % {"when": clock}, "ago": from_now(instant, now)}


def _halted(job: UpgradeJob, now: datetime) -> Line:
    title = job.why or _("Stopped by a person")
    if job.base_problem:
        title = _("Do not restart the appliance: %(reason)s") % {"reason": title}
    return _line(
        "HALTED", title=title, detail=f"{_where(job)} · {job.label}", holder=job.holder,
        url=_at_job(job), link=_("Open"), urgent=True, **_since(job.halted_at, job.site, now),
        what_if_not=_("It stays where it stands, and nothing more is sent."),
    )  # fmt: skip


def _hold(hold: BaseHold, now: datetime) -> Line:
    site = hold.appliance.site
    url = reverse("upgrades:site", kwargs={"slug": hold.customer.slug, "pk": site.pk})
    return _line(
        "LOCKED", title=_("Locked after a base problem: %(reason)s") % {"reason": hold.reason},
        detail=f"{hold.customer.name} · {site.public_name}", holder=hold.asked_by, url=url,
        link=_("Open"), urgent=True, **_since(hold.opened_at, site, now),
    )  # fmt: skip


def _interim(interim: Interim, now: datetime) -> Line:
    """A site that has been without failover for longer than it allows."""
    site = interim.site
    url = reverse("upgrades:site", kwargs={"slug": interim.customer.slug, "pk": site.pk})
    return _line(
        "NO_FAILOVER", title=_("Too long without failover"), holder=interim.job.holder,
        detail=f"{interim.customer.name} · {site.public_name} · {interim.job.label}",
        url=url, link=_("Open"), urgent=True, **_since(interim.began_at, site, now),
    )  # fmt: skip


def _held(step: JobStep, now: datetime) -> Line:
    title = _("%(step)s: %(reason)s") % {"step": text_of(step), "reason": told(step.reason)}
    return _of_step(step, title, _("Decide"), _since(None, step.job.site, now), now)


def _asking(step: JobStep, now: datetime) -> Line:
    when = {"when": "", "ago": ""}
    if step.deadline_at:
        clock = times.clock_label(times.in_zone(step.deadline_at, step.job.site.zone))
        when = {
            "when": _("due %(when)s") % {"when": clock},
            "ago": from_now(step.deadline_at, now),
        }
    unless = told(do.find(step.action).what_if_not)
    return _of_step(step, text_of(step), _("Answer"), {**when, "what_if_not": unless}, now)


def _of_step(step: JobStep, title: str, link: str, when: dict[str, str], now: datetime) -> Line:
    step.job.customer = step.customer
    detail = _("%(where)s · %(job)s, step %(number)d") % {
        "where": _where(step.job), "job": step.job.label, "number": step.seq,
    }  # fmt: skip
    if step.waits_since:
        detail = f"{detail} · {_unanswered(step, now)}"
    return _line(
        step.state, title=title, detail=detail, holder=step.holder, urgent=bool(step.waits_rung),
        url=_at_job(step.job, f"#todo-{step.seq}"), link=link, **when,
    )  # fmt: skip


def _unanswered(step: JobStep, now: datetime) -> str:
    """For how long it has had nobody, or was offered and not accepted."""
    age = times.span(times.minutes_between(step.waits_since, now))
    if step.offered and step.state == S.ASKING:
        return _("offered to %(name)s, not accepted for %(age)s") % {
            "name": step.offered["name"], "age": age,
        }  # fmt: skip
    return _("nobody has it for %(age)s") % {"age": age}


def _missed(job: UpgradeJob, now: datetime) -> Line:
    title = _("The window passed before this began: %(work)s") % {"work": job.title}
    return _line(
        "MISSED", title=title, detail=f"{_where(job)} · {job.label}", holder=job.holder,
        url=_at_job(job), link=_("Book again"), when="", ago="",
        what_if_not=_("Nothing runs: it waits for another window."),
    )  # fmt: skip


def _proposed(job: UpgradeJob, now: datetime) -> Line:
    title = _("To be approved: %(work)s") % {"work": job.title}
    asked = _("%(where)s · %(job)s, asked for by %(name)s") % {
        "where": _where(job), "job": job.label, "name": job.requested_by,
    }  # fmt: skip
    return _line(
        "PROPOSED", title=title, detail=asked, holder=None, url=_at_job(job),
        link=_("Look and decide"), **_since(job.requested_at, job.site, now),
        what_if_not=_("Nothing runs, and its windows are given back once the first is too late."),
    )  # fmt: skip


def _question(question: SupportQuestion, now: datetime) -> Line:
    at = {"slug": question.customer.slug, "pk": question.pk}
    detail = _("%(customer)s · %(host)s, asked by %(name)s") % {
        "customer": question.customer.name, "host": question.site.public_name,
        "name": question.asked_by,
    }  # fmt: skip
    return _line(
        "ASKED", title=question.text[:120], detail=detail, holder=None,
        url=reverse("appliances:question", kwargs=at), link=_("Answer"),
        **_since(question.asked_at, question.site, now),
    )  # fmt: skip
