import pytest

from portal import tenancy
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser, state_of
from upgrades.models import Booking


def test_an_approver_approves_exactly_what_stood_on_the_page(world, proposed):
    client = browser(world.approver)
    shown = client.get(address(world, proposed))
    digest = shown.context["job"].plan["digest"]
    assert f'value="{digest}"' in shown.content.decode()

    response = client.post(address(world, proposed, "approve/"), {"digest": digest})

    assert response.status_code == 302
    assert state_of(world, proposed) == "SCHEDULED"


def test_a_plan_that_changed_since_is_not_approved(world, proposed):
    response = browser(world.approver).post(
        address(world, proposed, "approve/"), {"digest": "another"}
    )

    assert response.status_code == 409
    assert "The plan has changed since you opened this page." in response.content.decode()
    assert state_of(world, proposed) == "PROPOSED"


def test_the_requester_is_told_that_somebody_else_must_approve(world, proposed):
    client = browser(world.agent)

    page = client.get(address(world, proposed)).content.decode()
    refused = client.post(address(world, proposed, "approve/"))

    assert "somebody else must approve it" in page
    assert address(world, proposed, "approve/") not in page
    assert refused.status_code == 409
    assert state_of(world, proposed) == "PROPOSED"


def test_a_rejection_needs_its_reason_and_frees_the_windows(world, proposed):
    client = browser(world.approver)

    assert client.post(address(world, proposed, "reject/")).status_code == 409
    response = client.post(address(world, proposed, "reject/"), {"reason": "Not that week"})

    assert response.status_code == 302
    assert state_of(world, proposed) == "DRAFT"
    page = client.get(address(world, proposed)).content.decode()
    assert "Not that week" in page
    with tenancy.transaction(world.customer):
        assert {booking.state for booking in Booking.objects.all()} == {"CANCELLED"}


def test_what_was_withdrawn_is_submitted_again(world, proposed):
    client = browser(world.agent)

    assert client.post(address(world, proposed, "withdraw/")).status_code == 302
    assert state_of(world, proposed) == "DRAFT"
    assert client.post(address(world, proposed, "submit/")).status_code == 302

    assert state_of(world, proposed) == "PROPOSED"


def test_a_scheduled_job_is_started_by_hand(world, scheduled):
    response = browser(world.operator).post(address(world, scheduled, "start/"))

    assert response.status_code == 302
    assert state_of(world, scheduled) == "RUNNING"


def test_cancelling_needs_a_reason(world, scheduled):
    client = browser(world.operator)

    assert client.post(address(world, scheduled, "cancel/")).status_code == 409
    response = client.post(address(world, scheduled, "cancel/"), {"reason": "Sold"}, follow=True)

    assert "Sold" in response.content.decode()
    assert state_of(world, scheduled) == "CANCELLED"


@pytest.mark.parametrize("act", ["approve/", "submit/", "withdraw/", "start/"])
def test_what_the_state_forbids_is_refused_with_a_sentence(world, running, act):
    response = browser(world.approver).post(address(world, running, act))

    assert response.status_code == 409
    assert "Not done" in response.content.decode()
    assert state_of(world, running) == "RUNNING"


def test_a_booking_is_moved_to_a_slot_that_was_offered(world, scheduled):
    client = browser(world.approver)
    rows = client.get(address(world, scheduled, "moves/")).context["rows"]
    second = rows[1]
    start = second["move"].fields["start"].choices[0][0]

    response = client.post(address(world, scheduled, "bookings/2/move/"), {"start": start})

    assert response.status_code == 302
    with tenancy.transaction(world.customer):
        moved = Booking.objects.get(job=scheduled, window=2)
        assert moved.starts_at.isoformat() == start
        assert moved.revision == 1


def test_a_booking_is_not_moved_to_what_was_not_offered(world, scheduled):
    response = browser(world.approver).post(
        address(world, scheduled, "bookings/2/move/"), {"start": "2026-11-24T03:00:00+00:00"}
    )

    assert response.status_code == 422
    assert "is not one of the available choices" in response.content.decode()


def test_outside_the_approved_dates_the_page_shows_what_changed_and_is_approved_again(
    world, scheduled
):
    client = browser(world.agent)  # support: not the customer's approver
    moves = address(world, scheduled, "moves/")
    choices = client.get(moves).context["rows"][1]["move"].fields["start"]
    start = choices.choices[-1][0]

    path = address(world, scheduled, "bookings/2/move/")
    said = client.post(path, {"start": start}, follow=True).content.decode()

    assert state_of(world, scheduled) == "PROPOSED"
    assert "it waits to be approved again" in said
    assert "You moved a window out of the approved dates" in said
    page = browser(world.approver).get(address(world, scheduled))
    assert "Changed since it was approved" in page.content.decode()
    assert "moved by Ines Duarte" in page.content.decode()
    digest = page.context["job"].plan["digest"]
    browser(world.approver).post(address(world, scheduled, "approve/"), {"digest": digest})
    assert state_of(world, scheduled) == "SCHEDULED"


def test_an_operator_moves_on_the_page_too_and_a_viewer_does_not(world, scheduled, viewer):
    path = address(world, scheduled, "bookings/2/move/")
    rows = browser(world.operator).get(address(world, scheduled, "moves/")).context["rows"]
    start = rows[1]["move"].fields["start"].choices[0][0]

    assert browser(viewer).post(path, {"start": start}).status_code == 403
    assert browser(world.operator).post(path, {"start": start}).status_code == 302


def test_where_a_window_may_go_is_a_part_of_the_page_and_without_scripts_a_page(
    world, scheduled, viewer
):
    client, path = browser(world.operator), address(world, scheduled, "moves/")
    page = client.get(address(world, scheduled)).content.decode()
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(path).content.decode()

    assert f'href="{path}"' in page
    assert ['name="start"' in text for text in (page, part, whole)] == [False, True, True]
    assert ["<html" in text for text in (part, whole)] == [False, True]
    assert browser(viewer).get(path).status_code == 403
    assert path not in browser(viewer).get(address(world, scheduled)).content.decode()


def test_a_missed_job_is_booked_again(world, scheduled):
    with tenancy.transaction(world.customer):
        job = states.again(scheduled)
        for booking in Booking.objects.filter(job=job):
            booking.miss()
            booking.save()
        job.miss()
        job.save()
    client = browser(world.approver)
    page = client.get(address(world, scheduled))
    assert "Book again" in page.content.decode()

    for window in (1, 2):
        rows = client.get(address(world, scheduled, "moves/")).context["rows"]
        start = rows[window - 1]["move"].fields["start"].choices[0][0]
        path = address(world, scheduled, f"bookings/{window}/move/")
        assert client.post(path, {"start": start}).status_code == 302

    assert state_of(world, scheduled) == "SCHEDULED"


def test_an_approval_of_another_customers_job_is_not_found(world, proposed, stranger):
    response = browser(stranger).post(f"/c/other/jobs/{proposed.pk}/approve/")

    assert response.status_code == 404
    assert state_of(world, proposed) == "PROPOSED"
