"""A job whose release was just installed, and a simulated appliance with clients of every kind."""

from datetime import timedelta

from appliances.simulator import jump_clients
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import ClientLook, JobStep, UpgradeJob
from upgrades.services import following, runs, waking
from upgrades.services.ticks import loop

HOST = "a.meridian.sim"
RELEASE = NOON + timedelta(hours=10)  # when the product package was proven
CHECK = RELEASE + timedelta(hours=25)
DAY = 86400


def client(number, *, passive=False, pending=False, **more):
    """A row of the simulator. `pending` for good: it has missed a release before."""
    row = {
        "id": number, "name": f"POS-{number}", "hostname": f"pos-{number}",
        "connection_type": "passive" if passive else "active", "phase": 3600,
        "connected_at": RELEASE.timestamp() - DAY, "pending": pending, "stranded": pending,
    }  # fmt: skip
    return row | more


def off(number, *, days, **more):
    gone = CHECK.timestamp() - days * DAY
    return client(number, pending=True, off_since=gone, connected_at=gone - DAY, **more)


EVERY_KIND = [
    client(1), client(2), client(3, passive=True),
    client(4, pending=True), client(5, pending=True, passive=True),
    off(6, days=2), off(7, days=2, passive=True), off(8, days=30),
    client(9) | {"connection_type": "uninstalled"},
]  # fmt: skip


def set_clients(simulator, spec):
    """What the appliance lists: rows, or a count; whatever else a row has is as usual."""
    rows = jump_clients.build(spec, HOST, CHECK.timestamp())
    simulator.control("PATCH", f"appliances/{HOST}", {"jump_clients": rows})


def without_configuration(simulator):
    """The account may not use the configuration interface: it cannot tell."""
    [account, *rest] = simulator.truth(HOST)["accounts"]
    changed = [account | {"perm_configuration": False}, *rest]
    simulator.control("PATCH", f"appliances/{HOST}", {"accounts": changed})


def upgraded(world, *, target="12.2.0", until="check_clients", at=CHECK):
    """A running job whose steps before the check are done; the product since RELEASE."""
    job = approved(world, target=target)
    with clock.at(NOON), tenancy.transaction(world.customer):
        runs.start(states.again(job), by=world.agent, at=NOON)
        states.prove(states.again(job), until=until, by=world.operator, at=NOON)
        for step in JobStep.objects.filter(job=job, action="install_product", state="DONE"):
            step.began_at, step.ended_at = RELEASE - timedelta(minutes=30), RELEASE
            step.save()
        following.go_on(states.again(job), after=None, at=at)
    return job


def turn(simulator, at):
    """Let the runner do what is due at this time."""
    simulator.clock(anchor_virtual=at.timestamp())
    with clock.at(at):
        waking.wake(at)
        loop.run(30)


def step_of(world, job, action, hop=None):
    with tenancy.transaction(world.customer):
        found = JobStep.objects.filter(job=job, action=action).in_order()
        found = found.filter(hop=hop) if hop else found
        return found.select_related("job__site", "appliance", "package").first()


def done_until(world, job, action):
    """Everything before this action is done, as if by hand."""
    with tenancy.transaction(world.customer):
        for step in JobStep.objects.filter(job=job, state="ASKING"):
            step.verify()
            step.prove(at=CHECK)
            step.save()
        states.prove(states.again(job), until=action, by=world.operator, at=CHECK)
        following.go_on(states.again(job), after=None, at=CHECK)


def looks_of(world, job):
    with tenancy.transaction(world.customer):
        return list(ClientLook.objects.filter(job=job).order_by("hop", "began_at"))


def job_now(world, job):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.with_site().get(pk=job.pk)
