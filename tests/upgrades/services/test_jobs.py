"""What two people do to jobs at the same moment."""

import threading

from django.db import connections

from portal import tenancy
from portal.errors import Refused
from tests.conftest import NOON
from upgrades.models import UpgradeJob
from upgrades.services import jobs


def at_once(world, sites):
    """Draft one job a site, all at the same moment."""
    together, said = threading.Barrier(len(sites), timeout=60), []

    def draft(site):
        try:
            with tenancy.transaction(world.customer):
                target = world.packages["14.1.1"]
                together.wait()
                made = jobs.draft(
                    site, target, procedure="single", method="automatic", by=world.agent, at=NOON
                )
                said.append(made.number)
        except Refused as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=draft, args=[site]) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return said


def another_site(world, number):
    with tenancy.transaction(world.customer):
        site = type(world.site).objects.get(pk=world.site.pk)
        boxes = list(site.appliances.all())
        site.pk, site.name, site.public_name = None, f"Desk {number}", f"desk{number}.meridian.sim"
        site._state.adding = True
        site.save(force_insert=True)
        for box in boxes:
            box.pk, box.site, box.host = None, site, f"a{number}.meridian.sim"
            box._state.adding = True
            box.save(force_insert=True)
        return site


def test_jobs_drafted_at_once_get_a_number_each(world, noon):
    sites = [world.site, *(another_site(world, number) for number in range(3))]

    assert sorted(at_once(world, sites)) == [1, 2, 3, 4]


def test_of_two_drafted_at_once_for_one_site_one_is_refused_with_its_sentence(world, noon):
    said = at_once(world, [world.site, world.site])

    assert sorted(map(str, said)) == ["1", "one-job-a-site"]
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.count() == 1
