"""An import that displaces booked upgrades says so before it is loaded."""

import pytest

from appliances.models import Site
from appliances.services.importing import loads
from appliances.services.importing.cells import Options
from appliances.services.importing.reading import Given
from portal import tenancy
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking
from upgrades.services import displaced, misfits
from upgrades.services.whatif import Strategy


@pytest.fixture
def job(world):
    return approved(world)


def files(world, zone):
    return [Given("f.csv", f"customer,site,site_zone\nmeridian,{host(world)},{zone}\n".encode())]


def host(world):
    return world.site.public_name


def tried(world, zone):
    return loads.preview(
        files(world, zone), options=Options(), by=world.agent, at=NOON, watch=displaced.watch(NOON)
    )


def test_another_zone_of_a_site_names_the_jobs_whose_windows_it_moves(world, job):
    found = tried(world, "Pacific/Auckland")

    assert found.problems == []
    assert {hit.job for hit in found.hits} == {job.label}
    with tenancy.transaction(world.customer):
        booked = Booking.objects.filter(state="BOOKED").count()
        assert Site.objects.get(pk=world.site.pk).zone == world.site.zone  # nothing was kept
    assert len(found.hits) == booked
    assert found.hits[0].said.startswith("It lies outside the maintenance windows")
    assert str(job.pk) in found.hits[0].link


def test_what_displaces_nothing_hits_nobody(world, job):
    found = tried(world, world.site.zone)

    assert found.hits == []


def test_what_is_hit_is_part_of_what_was_seen(world, job):
    seen = tried(world, "Pacific/Auckland").mark
    with tenancy.transaction(world.customer):
        Booking.objects.filter(window=1).update(state="CANCELLED")

    with pytest.raises(loads.SeenOtherwise):
        loads.load(
            files(world, "Pacific/Auckland"), options=Options(), by=world.agent, at=NOON,
            seen=seen, watch=displaced.watch(NOON),
        )  # fmt: skip


def test_what_did_not_fit_before_is_not_laid_to_the_import(world, job):
    with tenancy.transaction(world.customer):
        world.site.windows.all().delete()

    assert tried(world, "Pacific/Auckland").hits == []


def loaded(world, zone, strategy):
    return loads.load(
        files(world, zone), options=Options(), by=world.approver, at=NOON,
        watch=displaced.watch(NOON), treat=displaced.treat(strategy, by=world.approver, at=NOON),
    )  # fmt: skip


def times(world):
    with tenancy.transaction(world.customer):
        rows = Booking.objects.filter(state="BOOKED").order_by("window")
        return [row.starts_at for row in rows]


def test_those_that_it_displaces_are_moved_as_chosen_with_the_import(world, job, noon):
    was = times(world)

    report = loaded(world, "Pacific/Auckland", Strategy.NEXT)

    assert (report.loaded, report.hits) == (True, [])
    now = times(world)
    assert len(now) == len(was)
    assert all(new > old for new, old in zip(now, was, strict=True))
    with tenancy.transaction(world.customer):
        site = Site.objects.get(pk=world.site.pk)
        assert site.zone == "Pacific/Auckland"
        assert not misfits.standing(at=NOON)
        told = AuditEvent.objects.get(name="job.displaced").data
        assert told["why"][0].startswith("It lies outside the maintenance windows")
        assert set(Message.objects.values_list("kind", flat=True)) >= {"window_moved"}


def test_one_that_cannot_be_moved_like_that_keeps_its_times_and_is_named(world, job, noon):
    was = times(world)

    report = loaded(world, "Pacific/Auckland", Strategy.PREVIOUS)

    assert report.loaded
    assert {hit.job for hit in report.hits} == {job.label}
    assert times(world) == was
