"""A job proposed, running, and carried out with what proves each step; and how papers are read."""

import html
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.conftest import World
from upgrades.events import StepEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.reports import approval, record, runbook
from upgrades.reports.paper import Paper
from upgrades.services import following, jobs, proving, runs, stepping, steps

PAPERS = {"runbook": runbook, "record": record, "approval": approval}


@pytest.fixture(autouse=True)
def _at_noon(noon: Any) -> None:
    """Everything is printed on Monday 23 November 2026, 12:00 UTC, if nothing else is said."""


@pytest.fixture
def draft(world: World) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip


@pytest.fixture
def proposed(world: World, draft: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return jobs.submit(draft, by=world.agent, at=NOON)


@pytest.fixture
def running(world: World, proposed: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        jobs.approve(again(proposed), by=world.approver, at=NOON)
        return runs.start(again(proposed), by=world.agent, at=NOON)


@pytest.fixture
def done(world: World, running: UpgradeJob) -> UpgradeJob:
    carry_out(world, running, at=NOON)
    return running


def again(job: UpgradeJob) -> UpgradeJob:
    return UpgradeJob.objects.with_site().select_related("customer").get(pk=job.pk)


def carry_out(world: World, job: UpgradeJob, *, at: datetime, until: str = "") -> datetime:
    """Each step in its expected time, up to the first of an action (empty: to the end)."""
    with tenancy.transaction(world.customer):
        for pk in job.steps.in_order().values_list("pk", flat=True):
            step = step_now(pk)
            if step.action == until:
                return at
            at += timedelta(minutes=step.expected_minutes)
            _do(world, step, at)
    return at


def step_now(pk: Any) -> JobStep:
    return JobStep.objects.select_related("job__site", "appliance", "package").get(pk=pk)


def _do(world: World, step: JobStep, at: datetime) -> None:
    if step.state == JobStep.State.PLANNED:
        step.ready(at=at)
    step.claim()
    step.began_at = at - timedelta(minutes=step.expected_minutes)
    if step.doer == "person" and step.action != "install_product":
        step.ask(look_at=None)
        step.save()
        typed, files = operator.values(step)
        steps.confirm(step, values=typed, files=files, by=world.operator, at=at)
        return
    step.verify()
    step.prove(at=at)
    step.evidence = {"version": step.package.version} if step.package else {"total": 12}
    step.save()
    stepping.note(StepEvent.DONE, step, None, at, evidence=step.evidence)
    proving.keep(step, step.appliance, step.evidence, carried=None, at=at)
    following.go_on(step.job, after=step, at=at)


def printed(world: World, job: UpgradeJob, kind: str, *, at: datetime = NOON, **how: Any) -> Paper:
    how = {"language": "en"} | how
    with tenancy.transaction(world.customer):
        return PAPERS[kind].paper(again(job), at=at, by=world.agent, **how)


def words(paper: Paper) -> str:
    """What is to be read on it, on one line."""
    plain = re.sub(r"<(style|title|head)\b.*?</\1>", " ", paper.html, flags=re.DOTALL)
    return one_line(html.unescape(re.sub(r"<[^>]+>", " ", plain)))


def one_line(text: str) -> str:
    return " ".join(text.split())


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(page: Any) -> str:
    return one_line(page.extract_text())
