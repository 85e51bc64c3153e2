"""Is a site ready for an upgrade? Asked outside any transaction, written down in one.

asked = readiness.question(site)             # inside the customer's transaction
findings = readiness.ask(asked)              # outside: calls the appliances
readiness.record(site, findings, job=job)    # inside
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from appliances.events import Event
from appliances.models import Appliance, Backup, Licence, ReadinessCheck, Site
from appliances.services import checks, remote, versions
from appliances.services.checks import Question, Verdict
from appliances.services.observations import Observation
from portal import audit, clock
from portal.services import customers

TRIES = 3
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Finding:
    """One answer. `reason` is a msgid. Bad and blocking: a job may not start. `seen` is what the
    appliance said, on its first finding."""

    name: str
    status: str
    taken_at: datetime
    valid_until: datetime
    blocks: bool = False
    observed: str = ""
    reason: str = ""
    letter: str = ""
    appliance_id: Any = None
    seen: Observation | None = None

    def line(self) -> str:
        """For evidence: who, what, how, and what was seen."""
        said = f"{self.letter} {self.name} {self.status} {self.observed}"
        return " ".join(said.split())


def question(site: Site, *, day: date | None = None) -> Question:
    """What our records say of the site. `day`: what contract and licence must cover; today."""
    at = clock.now()
    appliances = tuple(Appliance.objects.filter(site=site).order_by("letter"))
    kept = Backup.objects.filter(appliance__in=appliances).order_by("taken_at")
    day = day or at.date()
    return Question(
        site=site,
        at=at,
        day=day,
        appliances=appliances,
        backups={backup.appliance_id: backup for backup in kept},
        licence=Licence.objects.filter(site=site).order_by("-read_at").first(),
        entitled=customers.has_contract(day),
    )


def ask(
    asked: Question, *, path_problem: str | None = None, entitled: bool | None = None
) -> list[Finding]:
    """Ask every appliance of the site, at most three times each, and judge.

    `path_problem`: "" if the path is complete, else the sentence that says what is missing; None
    leaves that check out. `entitled` if the caller knows better for which day.
    """
    known = asked.entitled if entitled is None else entitled
    asked = replace(asked, path_problem=path_problem, entitled=known)
    found = [finding for box in asked.appliances for finding in _of_appliance(asked, box)]
    verdicts = ((name, check(asked)) for name, check in checks.OF_SITE.items())
    return found + [_finding(name, verdict, asked) for name, verdict in verdicts if verdict]


def _of_appliance(asked: Question, box: Appliance) -> list[Finding]:
    seen = _observe(box)
    verdicts = ((name, check(asked, box, seen)) for name, check in checks.OF_APPLIANCE.items())
    found = [_finding(name, verdict, asked, box) for name, verdict in verdicts if verdict]
    return [replace(found[0], seen=seen), *found[1:]]


def _observe(box: Appliance) -> Observation:
    """A single lost packet is no reason to call a person."""
    for left in range(TRIES, 0, -1):
        seen = remote.observe(box)
        if seen.kind != "unreachable" or left == 1:
            break
        time.sleep(PAUSE_SECONDS)
    return seen


def _finding(name: str, verdict: Verdict, asked: Question, box: Appliance | None = None) -> Finding:
    return Finding(
        name=str(name),
        status=str(verdict.status),
        taken_at=asked.at,
        valid_until=asked.at + verdict.lasts,
        blocks=verdict.blocks,
        observed=verdict.observed,
        reason=verdict.reason,
        letter=box.letter if box else "",
        appliance_id=box.pk if box else None,
    )


def record(
    site: Site, findings: Iterable[Finding], *, job: Any = None, by: Any = None
) -> list[ReadinessCheck]:
    """Keep the answers, and what the appliances said of their versions on the way."""
    findings = list(findings)
    boxes = {box.pk: box for box in Appliance.objects.filter(site=site)}
    for finding in findings:
        if finding.seen and finding.appliance_id in boxes:
            versions.note(boxes[finding.appliance_id], finding.seen, job=job)
    rows = ReadinessCheck.objects.bulk_create(
        ReadinessCheck(
            customer_id=site.customer_id,
            site=site,
            appliance_id=finding.appliance_id,
            job_id=getattr(job, "pk", job),
            name=finding.name,
            status=finding.status,
            blocks=finding.blocks,
            observed=finding.observed[:300],
            reason=finding.reason[:400],
            taken_at=finding.taken_at,
            valid_until=finding.valid_until,
        )
        for finding in findings
    )
    bad = [finding.line() for finding in findings if finding.status == "BAD"]
    data = {"checks": len(rows), "bad": bad}
    audit.record(Event.READINESS_CHECKED, site, by=by, data=data, job=job)
    return rows
