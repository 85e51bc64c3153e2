"""A person at the appliance, for tests: presses the simulator's buttons, types what it shows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from appliances import actions as do
from appliances.models import Appliance
from appliances.simulator.autopilot.acts import ACTS
from appliances.simulator.autopilot.calls import Park
from appliances.simulator.process import Simulator
from portal import clock, tenancy
from tests.upgrades.conftest import World
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import demo_clock, steps, waking
from upgrades.services.ticks import loading, loop

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("basics.png", PIXEL, content_type="image/png")


def values(step: JobStep) -> tuple[dict[str, Any], dict[str, Any]]:
    """What somebody would fill in who did what the step asks."""
    typed: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for field in do.find(step.action).evidence_fields:
        if field.kind == "file":
            files[field.name] = picture()
        else:
            typed[field.name] = _answer(step, field)
    return typed, files


def _answer(step: JobStep, field: do.Field) -> Any:
    by_name = {
        "fingerprint": "ab" * 32, "licences": 15, "issued_to": step.job.site.public_name,
        "serial": step.appliance.serial if step.appliance else "",
        "machine": "bench-1", "other_machine": "bench-2",
    }  # fmt: skip
    if by_name.get(field.name):
        return by_name[field.name]
    if field.kind == "choice":
        return field.choices[0][0]
    if field.name == "base_version" and step.package is None and step.appliance:
        return step.appliance.base_version
    version = step.package.version if step.package else "12.2.0"
    if step.action == do.CHECK_BUILDS.name and step.appliance:  # read off the one that serves
        version = step.appliance.product_version
    by_kind = {
        "version": version, "number": 5, "date": "2027-12-31", "datetime": "2026-11-24T01:00",
        "tick": True,
    }  # fmt: skip
    return by_kind.get(field.kind, "as on the page")


def act(world: World, step: JobStep, simulator: Simulator) -> None:
    """Do one step that asks, and confirm it."""
    press(world, step, simulator)
    confirm(world, step)


def press(world: World, step: JobStep, simulator: Simulator) -> None:
    """The button of a step, on the appliance whose page it is on; a step without one: nothing."""
    if step.action not in ACTS:
        return
    for host in press_only(world, step, simulator):
        simulator.settled(host)


def press_only(world: World, step: JobStep, simulator: Simulator) -> list[str]:
    """As `press`, without waiting for what it begins; the hosts concerned."""
    here, about = hosts(world, step)
    park = Park(simulator.url, simulator.key)
    asked = {"action": step.action, "package": _package(step), "about": about}
    ACTS[step.action](park, park.truth(here), asked)
    return [here, *(one["host"] for one in about)]


def hosts(world: World, step: JobStep) -> tuple[str, list[dict[str, str]]]:
    """Whose page a step is on, and whom it is about, in the order of the plan.

    The network's steps are on no appliance: they are played on the one they are about. The site's
    are played on the one that serves.
    """
    with tenancy.transaction(world.customer):
        boxes: dict[UUID, Appliance] = {
            box.pk: box for box in Appliance.known.filter(site_id=step.job.site_id)
        }
        about = [{"host": boxes[pk].host, "letter": boxes[pk].letter} for pk in step.about_ids]
        if step.appliance_id:
            return boxes[step.appliance_id].host, about
        if about:
            return about[0]["host"], about
        serving = loading.serving(step.job)
        assert serving is not None, step
        return serving.host, about


def confirm(world: World, step: JobStep) -> None:
    """Type what the page shows, if the portal still asks."""
    typed, files = values(step)
    with tenancy.transaction(world.customer):
        fresh = JobStep.objects.select_related("job__site", "appliance", "package").get(pk=step.pk)
        if fresh.state == JobStep.State.ASKING:
            steps.confirm(fresh, values=typed, files=files, by=world.operator, at=clock.now())


def _package(step: JobStep) -> dict[str, str] | None:
    package = step.package
    if package is None:
        return None
    return {"kind": package.kind.lower(), "version": package.version, "name": package.name}


def asking(world: World, job: UpgradeJob) -> list[JobStep]:
    with tenancy.transaction(world.customer):
        found = JobStep.objects.filter(job=job, state=JobStep.State.ASKING)
        return list(found.select_related("job__site", "appliance", "package").in_order())


def run_to_the_end(
    world: World, job: UpgradeJob, simulator: Simulator, *, at: datetime, turns: int = 400,
    before: str = "",
) -> datetime:  # fmt: skip
    """Turn, act and let time pass until the job is over (or nothing moves any more), or until a
    step of the action `before` is asked."""
    for _ in range(turns):
        simulator.clock(anchor_virtual=at.timestamp())
        with clock.at(at):
            waking.wake(at)
            waking.look_after_jobs(at)
            loop.run(20)
            waiting = asking(world, job)
            if any(step.action == before for step in waiting):
                return at
            for step in waiting:
                act(world, step, simulator)
            busy, _due, upcoming = demo_clock.next_event(at)
        if ended(world, job):
            return at
        if waiting or busy:
            at += timedelta(seconds=5)
        elif upcoming is None:
            return at
        else:
            at = max(at + timedelta(seconds=1), upcoming)
    return at


def ended(world: World, job: UpgradeJob) -> bool:
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        return found.state in ("DONE", "HALTED", "ABANDONED") or (
            found.steps.filter(state="HELD").exists()
        )
