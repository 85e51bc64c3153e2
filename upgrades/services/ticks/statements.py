"""The hot statements of the tick, as SQL: a plan for each is kept by the session, and a turn reads
everything it needs with one of them. They name the same states and columns as the models do."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from psycopg.types.json import Jsonb

from appliances.models import Appliance, Package, Site
from portal import prepared
from upgrades.models import Attempt, JobStep, UpgradeJob

LEFT_OUT = {"plan"}  # the job's: long, and read only where a message tells of it


class Part:
    """One table of a joined row: its columns, and the model made of them (None: no such row)."""

    def __init__(self, model: type[models.Model], alias: str) -> None:
        fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]
        self.model = model
        self.names = [field.attname for field in fields]
        self.columns = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self.key = self.names.index(model._meta.pk.attname)
        self.json = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField)]

    def read(self, row: list[Any]) -> Any:
        """Take this part's values off the front of the row."""
        values = row[: len(self.names)]
        del row[: len(self.names)]
        if values[self.key] is None:
            return None
        for place in self.json:
            if values[place] is not None:
                values[place] = json.loads(values[place])
        return self.model.from_db("default", self.names, values)


PARTS = [
    Part(JobStep, "s"), Part(UpgradeJob, "j"), Part(Site, "t"), Part(Appliance, "a"),
    Part(Package, "p"), Part(Attempt, "o"),
]  # fmt: skip
LOAD = f"""
SELECT {", ".join(part.columns for part in PARTS)}, EXISTS (
    SELECT FROM appliances_basehold h JOIN appliances_appliance b ON b.id = h.appliance_id
    WHERE b.site_id = j.site_id AND h.released_at IS NULL)
FROM upgrades_jobstep s
JOIN upgrades_upgradejob j ON j.id = s.job_id
JOIN appliances_site t ON t.id = j.site_id
LEFT JOIN appliances_appliance a ON a.id = s.appliance_id
LEFT JOIN appliances_package p ON p.id = s.package_id
LEFT JOIN upgrades_attempt o ON o.step_id = s.id AND o.closed_at IS NULL
WHERE s.id = %(step)s
"""  # noqa: S608 (columns of our own models)
LOCK = """
SELECT 1 FROM upgrades_jobstep WHERE id = %(step)s AND token = %(token)s AND state = %(state)s
FOR UPDATE
"""
KEEP = """
UPDATE upgrades_jobstep SET state = %(state)s, next_at = %(next_at)s,
    deadline_at = %(deadline_at)s, lease_until = NULL, lease_owner = '', claims = %(claims)s,
    reason = %(reason)s, observed = %(observed)s, evidence = %(evidence)s,
    began_at = %(began_at)s, ended_at = %(ended_at)s
WHERE id = %(id)s
"""
INTEND = """
INSERT INTO upgrades_attempt
    (id, customer_id, step_id, appliance_id, effect, token, intent_at, outcome, detail)
VALUES (%(id)s, %(customer_id)s, %(step_id)s, %(appliance_id)s, %(effect)s, %(token)s,
    %(intent_at)s, '', '')
"""
CLOSE = """
UPDATE upgrades_attempt SET outcome = %(outcome)s, closed_at = %(closed_at)s, detail = %(detail)s
WHERE id = %(id)s
"""


def load(step_id: UUID) -> tuple[JobStep, Attempt | None, bool]:
    """The step with its job, site, appliance and package; its open attempt; whether a base hold is
    open at the site. Raises JobStep.DoesNotExist."""
    found = prepared.run(LOAD, {"step": step_id}).fetchone()
    if found is None:
        raise JobStep.DoesNotExist(step_id)
    row = list(found)
    step, job, site, appliance, package, attempt = (part.read(row) for part in PARTS)
    step.job, step.appliance, step.package = job, appliance, package
    job.site = site
    return step, attempt, row[0]


def lock(step: JobStep, token: int) -> bool:
    """Whether the row is still as we claimed it; it stays so until the transaction ends."""
    values = {"step": step.pk, "token": token, "state": step.state}
    return prepared.run(LOCK, values).fetchone() is not None


def keep(step: JobStep) -> None:
    """Write what a turn may change of a step; its lease is over."""
    step.lease_until, step.lease_owner = None, ""
    prepared.run(KEEP, {
        "id": step.pk, "state": step.state, "next_at": step.next_at,
        "deadline_at": step.deadline_at, "claims": step.claims, "reason": step.reason,
        "observed": Jsonb(step.observed), "evidence": Jsonb(step.evidence),
        "began_at": step.began_at, "ended_at": step.ended_at,
    })  # fmt: skip


def intend(attempt: Attempt) -> None:
    prepared.run(INTEND, attempt.__dict__)


def close(attempt: Attempt, outcome: str, at: datetime, detail: str) -> None:
    attempt.outcome, attempt.closed_at, attempt.detail = outcome, at, detail[:400]
    prepared.run(CLOSE, attempt.__dict__)
