import pytest

from appliances.models import BaseHold
from portal import tenancy
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser, state_of
from upgrades.models import JobNote


def test_a_job_at_a_safe_point_pauses_and_goes_on(world, running):
    client = browser(world.operator)

    assert client.post(address(world, running, "pause/")).status_code == 302
    assert state_of(world, running) == "PAUSED"
    assert client.post(address(world, running, "resume/")).status_code == 302

    assert state_of(world, running) == "RUNNING"


def test_a_job_in_the_middle_of_something_pauses_later(world, running, put):
    put("WATCHING", "install_product")

    response = browser(world.operator).post(address(world, running, "pause/"), follow=True)

    assert "It pauses at the next safe point" in response.content.decode()
    assert state_of(world, running) == "RUNNING"


def test_a_halt_needs_a_reason_and_is_resumed_by_one_person(world, running):
    client = browser(world.operator)

    assert client.post(address(world, running, "halt/")).status_code == 409
    response = client.post(address(world, running, "halt/"), {"reason": "Smoke"}, follow=True)
    assert "Smoke" in response.content.decode()
    assert state_of(world, running) == "HALTED"
    client.post(address(world, running, "resume/"))

    assert state_of(world, running) == "RUNNING"


def test_an_abandoned_job_says_what_it_left_behind(world, running):
    with tenancy.transaction(world.customer):
        states.prove(running, until="install_base", by=world.operator, at=running.started_at)
    client = browser(world.operator)
    client.post(address(world, running, "halt/"), {"reason": "Smoke"})

    response = client.post(address(world, running, "abandon/"), {"reason": "Enough"}, follow=True)

    content = response.content.decode()
    assert "What it left behind" in content
    assert "Jump Client upgrades at once is still lowered" in content
    assert state_of(world, running) == "ABANDONED"


def test_a_job_ends_after_its_current_hop(world, running):
    response = browser(world.operator).post(address(world, running, "end-early/"), follow=True)

    assert response.status_code == 200
    with tenancy.transaction(world.customer):
        cancelled = running.steps.filter(state="CANCELLED").values_list("hop", flat=True)
        assert set(cancelled) == {2}


@pytest.mark.parametrize("act", ["pause/", "resume/", "halt/", "abandon/", "end-early/"])
def test_a_job_that_does_not_run_refuses(world, scheduled, act):
    response = browser(world.operator).post(address(world, scheduled, act), {"reason": "Because"})

    assert response.status_code == 409
    assert state_of(world, scheduled) == "SCHEDULED"


def test_a_base_problem_says_what_must_not_be_done_and_offers_no_way_on(world, locked):
    page = browser(world.operator).get(address(world, locked)).content.decode()
    assert "Install This Update" not in page  # the step's own instructions are not to be followed

    assert "Do not restart the appliance. Contact the vendor&#x27;s support" in page
    assert "Vendor’s ticket number" not in page  # an operator does not release
    assert "Try again" not in page
    assert browser(world.approver).post(address(world, locked, "resume/")).status_code == 409


def test_two_people_release_a_lock_with_the_vendors_ticket(world, locked):
    with tenancy.transaction(world.customer):
        hold = BaseHold.objects.get()
    ask = address(world, locked, f"holds/{hold.pk}/ask-release/")
    release = address(world, locked, f"holds/{hold.pk}/release/")
    first, second = browser(world.approver), browser(world.agent)

    assert first.post(release).status_code == 409
    assert first.post(ask, {"ticket": ""}).status_code == 409
    assert first.post(ask, {"ticket": "V-88213"}).status_code == 302
    assert first.post(release).status_code == 409
    assert "V-88213" in second.get(address(world, locked)).content.decode()
    assert second.post(release).status_code == 302

    with tenancy.transaction(world.customer):
        assert BaseHold.objects.get().released_by == world.agent
    assert second.post(address(world, locked, "resume/")).status_code == 302


def test_a_lock_of_another_site_is_not_found_here(world, locked, running):
    with tenancy.transaction(world.customer):
        hold = BaseHold.objects.get()

    response = browser(world.agent).post(f"/c/other/jobs/{running.pk}/holds/{hold.pk}/release/")

    assert response.status_code == 404


def test_staffs_own_notes_are_not_shown_to_the_customer(world, running):
    agent = browser(world.agent)
    for text, audience in (("Call Jan first", "STAFF"), ("We start at ten", "CUSTOMER")):
        path = address(world, running, "notes/")
        assert agent.post(path, {"text": text, "audience": audience}).status_code == 302

    seen = browser(world.operator).get(address(world, running)).content.decode()
    ours = agent.get(address(world, running)).content.decode()

    assert "We start at ten" in seen
    assert "Call Jan first" not in seen
    assert "Call Jan first" in ours


def test_a_customers_note_is_for_everybody_whatever_is_posted(world, running):
    response = browser(world.operator).post(
        address(world, running, "notes/"), {"text": "Hidden?", "audience": "STAFF"}
    )

    assert response.status_code == 422
    with tenancy.transaction(world.customer):
        assert not JobNote.objects.exists()
