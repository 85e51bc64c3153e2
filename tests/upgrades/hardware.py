"""A replacement that waits at a site, and the simulator with the fresh box beside the old one."""

from datetime import datetime
from typing import Any

from appliances.models import Appliance, HardwareReturn, Package
from appliances.services import replacements
from appliances.simulator import parks
from appliances.simulator.process import Simulator
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.conftest import World, feed
from upgrades.models import UpgradeJob
from upgrades.services import jobs, replacing

OLD_SERIAL = "OLD0001"
HOST = "new.meridian.sim"


def a_replacement(
    world: World, park: Simulator, *, physical: bool = True, base: str = "3.2.4", letter: str = "A",
    old_physical: bool = True, **fresh: Any,
) -> Appliance:  # fmt: skip
    """Delivered, racked, registered: the box answers to nobody yet."""
    spec = parks.fresh(
        HOST, base=base, public_name=world.site.public_name, physical=physical, serial="NEW0001",
        **fresh,
    )  # fmt: skip
    park.park(*spec, packages=feed(world.packages))
    with tenancy.transaction(world.customer):
        hosts = [box.host for box in Appliance.objects.filter(site=world.site)]
    for host in hosts:
        jumpoints = park.truth(host)["jumpoints"]
        for row in jumpoints:  # made by the real clock, which is ahead of the story's
            row["connected_at"] = NOON.timestamp() - 3600
        park.control("PATCH", f"appliances/{host}", {"jumpoints": jumpoints})
    old_host = f"{letter.lower()}.meridian.sim"
    park.control("PATCH", f"appliances/{old_host}", {"physical": old_physical})
    with tenancy.transaction(world.customer):
        old = Appliance.objects.select_related("site").get(site=world.site, letter=letter)
        old.serial, old.physical = OLD_SERIAL, old_physical
        old.save()
        return replacements.register(
            old, name="Support A (new)", host=HOST, physical=physical, model="B400",
            serial="NEW0001", base_version=base, by=world.agent, at=NOON,
        )  # fmt: skip


def approved(
    world: World, new: Appliance, *, method: str = "automatic", at: datetime = NOON
) -> UpgradeJob:
    with clock.at(at):
        with tenancy.transaction(world.customer):
            new = known(new)
            job = jobs.draft(
                new.site, target(new), procedure=replacing.procedure_for(new.site).name,
                method=method, by=world.agent, at=at, replacement=new,
            )  # fmt: skip
            jobs.submit(job, by=world.agent, at=at)
        with tenancy.transaction(world.customer):
            job = UpgradeJob.objects.get(pk=job.pk)
            jobs.approve(job, by=world.approver, at=at, digest=job.plan["digest"])
    return job


def target(new: Appliance) -> Package:
    assert new.replaces is not None
    return replacing.release_of(new.replaces)


def known(box: Appliance) -> Appliance:
    return Appliance.known.select_related("site", "replaces__site").get(pk=box.pk)


def the_return(world: World) -> HardwareReturn:
    with tenancy.transaction(world.customer):
        return HardwareReturn.objects.select_related("appliance").get(site=world.site)
