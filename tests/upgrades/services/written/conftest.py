"""A manual job at a site that nobody can ask, and its form as somebody fills it in."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal import clock, tenancy, times
from portal.models import EvidenceFile
from portal.services import evidence
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.conftest import SINGLE, World, a_world
from tests.upgrades.reports.conftest import again
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs, runs, waking
from upgrades.services.ticks import loop
from upgrades.services.written import form, loading

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = NOON + 8 * HOUR


@dataclass
class Closed:
    """The site's job, and what is written down there."""

    world: World
    job: UpgradeJob

    def rows(self) -> list[dict[str, str]]:
        """The form as the pack has it now."""
        with tenancy.transaction(self.world.customer):
            text = "".join(form.lines(again(self.job)))
        return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))

    def filled(self, first: int, last: int, *, begin: datetime, by: str = "Jan N.") -> list[Any]:
        """The form with the steps of these numbers filled in, ten minutes apart."""
        rows = self.rows()
        for step in self.steps():
            if first <= step.seq <= last:
                done = begin + (step.seq - first + 1) * 10 * MINUTE
                self._fill(step, [row for row in rows if row["step_id"] == str(step.pk)], done, by)
        return rows

    def _fill(self, step: JobStep, rows: list[Any], done: datetime, by: str) -> None:
        typed, files = operator.values(step)
        local = times.in_zone(done, step.job.site.zone)
        told = {name: "yes" if value is True else str(value) for name, value in typed.items()}
        told |= dict.fromkeys(files, "basics.png")
        told |= {"written_by": by, "written_done_at": f"{local:%Y-%m-%d %H:%M}"}
        for row in rows:
            row["value"] = told.get(row["field"], "")

    def steps(self) -> list[JobStep]:
        with tenancy.transaction(self.world.customer):
            rows = JobStep.objects.filter(job=self.job).in_order()
            return list(rows.select_related("job__site", "appliance", "package", "confirmed_by"))

    def states(self) -> str:
        return " ".join(f"{step.seq}{step.state[0]}" for step in self.steps())

    def done(self) -> list[int]:
        return [step.seq for step in self.steps() if step.state == "DONE"]

    def preview(self, rows: list[Any], *, at: datetime = EVENING) -> loading.Report:
        with clock.at(at), tenancy.transaction(self.world.customer):
            return loading.preview(
                again(self.job), as_csv(rows), pictures=self.pictures(),
                by=self.world.operator, at=at,
            )  # fmt: skip

    def load(self, rows: list[Any], *, at: datetime = EVENING) -> loading.Report:
        with clock.at(at), tenancy.transaction(self.world.customer):
            return loading.load(
                again(self.job), as_csv(rows), name="form.csv", pictures=self.pictures(),
                by=self.world.operator, at=at,
            )  # fmt: skip

    def pictures(self) -> dict[str, Any]:
        upload = operator.picture()
        return {
            upload.name: evidence.store(
                upload.chunks(), customer_id=self.world.customer.pk,
                kind=EvidenceFile.Kind.PICTURE, name=upload.name,
            )
        }  # fmt: skip

    def turn(self, at: datetime) -> None:
        """What time brings at the portal, which runs on while nobody tells it anything."""
        with clock.at(at):
            waking.wake(at)
            waking.look_after_jobs(at)
            loop.run(20)


def as_csv(rows: list[Any], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """As a spreadsheet saves it."""
    out = io.StringIO()
    table = csv.DictWriter(out, form.HEADS, delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def closed(catalogue: Any, noon: Any) -> Closed:
    """Running since noon; its first step asks."""
    world = a_world(catalogue, {**SINGLE[0], "dialect": "NO_API"}, restricted_network=True)
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="manual",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        jobs.approve(again(job), by=world.approver, at=NOON)
        runs.start(again(job), by=world.agent, at=NOON)
    made = Closed(world, job)
    made.turn(NOON)
    return made
