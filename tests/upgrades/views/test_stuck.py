from datetime import UTC, datetime, timedelta

from django.db import connections
from django.test.utils import CaptureQueriesContext

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.views.conftest import address, browser, state_of
from upgrades.models import JobStep, UpgradeJob
from upgrades.stuck_queries import PATIENCE

S = JobStep.State
GONE = PATIENCE + timedelta(minutes=1)


def lost(world, step):
    """Its runner has not been heard of."""
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(pk=step.pk).update(lease_until=datetime.now(UTC) - GONE)


def test_nothing_stands_still(world, running):
    content = browser(world.agent).get("/stuck/").content.decode()

    assert "No run stands still" in content


def test_what_stands_still_is_said_with_what_follows_and_looked_at_from_here(world, running, put):
    step = put("WATCHING", "test_elsewhere")
    lost(world, step)
    client = browser(world.agent)

    [line] = client.get("/stuck/").context["lines"]

    assert line["title"].startswith("The step runner that had it is not heard any more")
    assert "Meridian Freight" in line["detail"]
    assert line["what_if_not"]
    answer = client.post(line["act"], follow=True)
    assert answer.redirect_chain == [("/stuck/", 302)]
    assert answer.context["lines"] == []
    assert "Nothing was sent a second time" in answer.content.decode()


def test_it_is_counted_where_staff_begin(world, running, put):
    lost(world, put("WATCHING", "test_elsewhere"))

    assert browser(world.agent).get("/now/").context["stuck"] == 1


def test_a_run_without_an_open_step_goes_on_from_here(world, running):
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)
        UpgradeJob.objects.filter(pk=running.pk).update(started_at=NOON - GONE)
    client = browser(world.agent)

    [line] = client.get("/stuck/").context["lines"]

    assert line["word"] == "Idle"
    assert client.post(line["act"], follow=True).context["lines"] == []


def test_a_window_that_is_over_or_begun_is_for_the_page_of_the_upgrade(world, running):
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.filter(pk=running.pk).update(state="PAUSED")
        booking = running.bookings.order_by("slot").first()
        shift = booking.starts_at - NOON + GONE
        booking.slot = type(booking.slot)(booking.starts_at - shift, booking.ends_at - shift)
        booking.save()

    [line] = browser(world.agent).get("/stuck/").context["lines"]

    assert line["word"] == "Paused"
    assert "act" not in line
    assert line["url"] == address(world, running)


def test_customers_do_not_open_the_list_of_all(world, running, stranger):
    assert browser(world.operator).get("/stuck/").status_code == 404
    assert browser(stranger).get("/stuck/").status_code == 404


def test_who_may_act_at_the_site_may_have_it_looked_at(world, put, running, viewer, stranger):
    step = put("WATCHING", "test_elsewhere")
    lost(world, step)
    at = address(world, running, f"steps/{step.seq}/look-again/")

    assert browser(stranger).post(at).status_code == 404
    assert browser(viewer).post(at).status_code == 403
    assert browser(world.operator).post(at).url == address(world, running)
    assert state_of(world, step) == S.WATCHING


def test_what_goes_on_by_itself_is_refused(world, running):
    answer = browser(world.agent).post(address(world, running, "go-on/"))

    assert answer.status_code == 409
    assert "nothing is to be begun by hand" in answer.content.decode()


def test_who_sees_other_sites_alone_has_nothing_looked_at(world, put, confined):
    step = put("WATCHING", "test_elsewhere")
    lost(world, step)
    with tenancy.transaction(world.customer):
        before = JobStep.objects.get(pk=step.pk).token
    client = browser(confined)

    for rest in (f"steps/{step.seq}/look-again/", "go-on/"):
        assert client.post(address(world, step.job, rest)).status_code == 404
    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=step.pk).token == before


def test_a_run_is_under_the_address_of_its_own_customer_alone(world, put, running, stranger):
    step = put("WATCHING", "test_elsewhere")
    lost(world, step)
    here = address(world, running).replace("/meridian/", "/other/")

    for person in (stranger, world.agent):
        for rest in (f"steps/{step.seq}/look-again/", "go-on/"):
            assert browser(person).post(f"{here}{rest}").status_code == 404
    assert state_of(world, step) == S.WATCHING


def test_the_page_costs_no_more_for_many(world, put, django_assert_num_queries):
    lost(world, put("WATCHING", "test_elsewhere"))
    client = browser(world.agent)
    client.get("/stuck/")
    with CaptureQueriesContext(connections["staff"]) as one:
        assert len(client.get("/stuck/").context["lines"]) == 1
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(state=S.PLANNED).update(
            state=S.WATCHING, lease_until=datetime.now(UTC) - GONE
        )

    with django_assert_num_queries(len(one), using="staff"):
        assert len(client.get("/stuck/").context["lines"]) > 10
