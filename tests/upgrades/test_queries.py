import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from upgrades import queries, start_queries
from upgrades.models import Booking
from upgrades.queries import ALL, Whose
from upgrades.services import jobs


@pytest.fixture
def proposed(world, noon):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        return jobs.submit(job, by=world.agent, at=NOON)


def test_staff_read_over_customers_and_members_their_own(world, proposed):
    other = factories.a_customer("Other")

    assert [job.pk for job in queries.jobs(ALL)] == [proposed.pk]
    with tenancy.transaction(world.customer):
        assert [job.pk for job in queries.jobs(Whose())] == [proposed.pk]
    with tenancy.transaction(other):
        assert queries.jobs(Whose()) == []
        assert start_queries.needs(Whose()).jobs == []


def test_whoever_is_limited_to_other_sites_reads_nothing(world, proposed):
    confined = Whose(sites=[world.customer.pk])

    with tenancy.transaction(world.customer):
        assert queries.jobs(confined) == []
        assert start_queries.needs(confined).jobs == []
        assert start_queries.coming(confined, NOON) == []
        assert start_queries.sites(confined, most=10) == []
        assert start_queries.runs(confined) == []


def test_what_comes_is_within_a_week_and_begins_in_time(world, proposed):
    found = start_queries.coming(ALL, NOON)

    assert [booking.window for booking in found] == [1, 2]
    assert start_queries.coming(ALL, NOON, days=0) == []


def test_the_first_booking_of_each_job_is_its_earliest(world, proposed):
    with tenancy.transaction(world.customer):
        earliest = Booking.objects.order_by("slot").first()
        assert queries.first_bookings([proposed], Whose()) == {proposed.pk: earliest}


def test_a_page_of_jobs_has_one_more_if_there_are_more(world, proposed):
    with tenancy.transaction(world.customer):
        assert len(queries.jobs(Whose(), after=0)) == 1
        assert queries.jobs(Whose(), after=1) == []
