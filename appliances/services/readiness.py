"""Is a site ready for an upgrade? Asked outside any transaction, written down in one.

asked = readiness.question(site)             # inside the customer's transaction
measured = readiness.look(asked)             # outside: calls the appliances
answers = readiness.judge(asked, measured)   # inside
readiness.record(answers, job=job)           # inside
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from appliances.events import Event
from appliances.models import (
    Appliance,
    Backup,
    BaseHold,
    CertificateCopy,
    Licence,
    Package,
    ReadinessCheck,
    Site,
    Waiver,
)
from appliances.services import checks, drift, measuring, replacements, thresholds, waivers
from appliances.services.checks import Question, Verdict
from appliances.services.measuring import Measured
from appliances.services.observations import Observation
from portal import audit, clock
from portal.services import customers

BAD, UNKNOWN = ReadinessCheck.Status.BAD, ReadinessCheck.Status.UNKNOWN
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Finding:
    """One answer. `reason` is a msgid. `seen` is what the appliance said, on its first finding."""

    name: str
    status: str
    taken_at: datetime
    valid_until: datetime
    blocks: bool = False
    observed: str = ""
    reason: str = ""
    letter: str = ""
    appliance_id: Any = None
    waiver: Waiver | None = None
    seen: Observation | None = None

    @property
    def stops(self) -> bool:
        """Nothing may start: it is bad, it blocks, and nobody answers for it."""
        return self.blocks and self.status == BAD and self.waiver is None

    @property
    def waits(self) -> bool:
        """The portal could have asked and got no answer: it asks again."""
        return self.blocks and self.status == UNKNOWN and self.waiver is None

    def line(self) -> str:
        """For evidence: who, what, how, what was seen, and who answers for it."""
        said = f"{self.letter} {self.name} {self.status} {self.observed}"
        if self.waiver:
            until = self.waiver.expires_at.isoformat(timespec="minutes")
            said += f" (waived by {self.waiver.given_by} until {until}: {self.waiver.reason})"
        return " ".join(said.split())


@dataclass(frozen=True)
class Answers:
    """What was asked, what the appliances told, and how it was judged."""

    asked: Question
    measured: tuple[Measured, ...]
    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def stopping(self) -> list[Finding]:
        return [one for one in self.findings if one.stops]


def question(site: Site, *, day: date | None = None) -> Question:
    """What our records say of the site. `day`: what contract and licence must cover; today."""
    at = clock.now()
    boxes = tuple(replacements.standing(site))
    kept: dict[object, list[Backup]] = defaultdict(list)
    for backup in Backup.objects.filter(appliance__in=boxes).order_by("-taken_at"):
        kept[backup.appliance_id].append(backup)
    copies = CertificateCopy.objects.filter(appliance__in=boxes).order_by("noted_at")
    holds = BaseHold.objects.filter(appliance__in=boxes, released_at=None)
    day = day or at.date()
    return Question(
        site=site,
        at=at,
        day=day,
        values=thresholds.current(),
        appliances=boxes,
        backups={pk: tuple(rows[:2]) for pk, rows in kept.items()},
        copies={copy.appliance_id: copy for copy in copies},
        releases={row.version: row for row in Package.objects.filter(kind=Package.Kind.PRODUCT)},
        licence=Licence.objects.filter(site=site).order_by("-read_at").first(),
        holds=tuple(holds.select_related("appliance")),
        drifts=tuple(drift.open_at(site)),
        waivers=tuple(waivers.standing(site, at)),
        entitled=customers.has_contract(day),
    )


def look(
    asked: Question, *, progress: Progress | None = None, tries: int | None = None
) -> tuple[Measured, ...]:
    """Measure every appliance of the site, one after another. `tries`: how often one that is not
    reached is asked at once; None: as set. `progress` is called between appliances and pages, and
    may raise to stop."""
    found = []
    tries = tries or asked.values["REACHABILITY.tries"]
    for number, box in enumerate(asked.appliances):
        if progress:
            progress(number)
        found.append(measuring.measure(box, tries=tries, progress=progress))
    return tuple(found)


def judge(asked: Question, measured: tuple[Measured, ...], *, job_id: Any = None) -> Answers:
    """Pure: what was told, against the records and the thresholds."""
    found = []
    for one in measured:
        verdicts = ((name, check(asked, one)) for name, check in checks.OF_APPLIANCE.items())
        own = [_finding(n, verdict, asked, job_id, one.box) for n, verdict in verdicts if verdict]
        found += [replace(own[0], seen=one.seen), *own[1:]]
    verdicts = ((name, check(asked, measured)) for name, check in checks.OF_SITE.items())
    found += [_finding(name, verdict, asked, job_id) for name, verdict in verdicts if verdict]
    return Answers(asked, measured, tuple(found))


def _finding(
    name: str, verdict: Verdict, asked: Question, job_id: Any, box: Appliance | None = None
) -> Finding:
    pk = box.pk if box else None
    lasts = verdict.lasts or timedelta(minutes=asked.values["ANSWER.minutes"])
    good = verdict.status == ReadinessCheck.Status.GOOD
    return Finding(
        name=str(name),
        status=str(verdict.status),
        taken_at=asked.at,
        valid_until=asked.at + lasts,
        blocks=verdict.counts and asked.values.blocks(name),
        observed=verdict.observed,
        reason=verdict.reason,
        letter=box.letter if box else "",
        appliance_id=pk,
        waiver=None if good else waivers.covering(
            asked.waivers, name, appliance_id=pk, job_id=job_id
        ),
    )  # fmt: skip


def record(
    answers: Answers, *, job: Any = None, window: int = 0, by: Any = None
) -> list[ReadinessCheck]:
    """Keep the answers, and what the appliances said of themselves on the way."""
    asked = answers.asked
    drift.note(answers.measured, asked.expected, at=asked.at, job=job)
    rows = ReadinessCheck.objects.bulk_create(
        ReadinessCheck(
            customer_id=asked.site.customer_id,
            site=asked.site,
            appliance_id=finding.appliance_id,
            job_id=getattr(job, "pk", job),
            window=window,
            name=finding.name,
            status=finding.status,
            blocks=finding.blocks,
            waiver=finding.waiver,
            observed=finding.observed[:300],
            reason=finding.reason[:400],
            taken_at=finding.taken_at,
            valid_until=finding.valid_until,
        )
        for finding in answers.findings
    )
    bad = [finding.line() for finding in answers.findings if finding.status == BAD]
    data = {"checks": len(rows), "bad": bad, "window": window}
    audit.record(Event.READINESS_CHECKED, asked.site, by=by, data=data, job=job)
    return rows
