from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import EvidenceFile
from tests.conftest import NOON
from tests.upgrades.operator import picture
from tests.upgrades.views.conftest import address, browser, state_of
from upgrades.models import JobStep

TESTED = {"tested": "lab", "remarks": "Jan signed in and ran a report"}


def path_of(world, step, act):
    return address(world, step.job, f"steps/{step.seq}/{act}/")


def test_a_step_is_confirmed_with_what_its_action_asks_for(world, put):
    step = put("ASKING")
    client = browser(world.operator)
    page = client.get(address(world, step.job)).content.decode()
    assert "Who tested what, or why it was not tested" in page

    response = client.post(path_of(world, step, "confirm"), TESTED)

    assert response.status_code == 302
    assert state_of(world, step) == "DONE"
    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=step.pk).evidence == TESTED


def test_what_is_missing_comes_back_beside_its_field_and_nothing_typed_is_lost(world, put):
    step = put("ASKING")

    response = browser(world.operator).post(
        path_of(world, step, "confirm"), {"tested": "lab", "remark": "after lunch"}
    )

    assert response.status_code == 422
    content = response.content.decode()
    assert "This field is required." in content
    assert "after lunch" in content
    assert state_of(world, step) == "ASKING"


def test_a_base_version_that_is_not_the_packages_comes_back_beside_its_field(world, put):
    step = put("ASKING", "install_base")

    response = browser(world.operator).post(
        path_of(world, step, "confirm"), {"base_version": "3.2.4", "picture": picture()}
    )

    assert response.status_code == 409
    content = response.content.decode()
    assert "You typed 3.2.4, but this step installs 4.0.1." in content
    assert "Do not restart the appliance." in content
    assert 'value="3.2.4"' in content
    assert state_of(world, step) == "ASKING"


def test_a_picture_is_kept_as_evidence(world, put):
    step = put("ASKING", "install_base")

    response = browser(world.operator).post(
        path_of(world, step, "confirm"), {"base_version": "4.0.1", "picture": picture()}
    )

    assert response.status_code == 302
    with tenancy.transaction(world.customer):
        kept = EvidenceFile.objects.get()
        assert JobStep.objects.get(pk=step.pk).evidence["picture"] == str(kept.pk)


def test_confirmed_twice_is_refused(world, put):
    step = put("ASKING")
    client = browser(world.operator)
    client.post(path_of(world, step, "confirm"), TESTED)

    assert client.post(path_of(world, step, "confirm"), TESTED).status_code == 409


def test_a_step_that_somebody_holds_is_not_taken_nor_confirmed_by_another(world, put):
    step = put("ASKING")
    mine, other = browser(world.operator), browser(world.approver)

    assert mine.post(path_of(world, step, "take")).status_code == 302
    assert "Give it back" in mine.get(address(world, step.job)).content.decode()
    assert other.post(path_of(world, step, "take")).status_code == 409
    assert other.post(path_of(world, step, "confirm"), TESTED).status_code == 409
    assert mine.post(path_of(world, step, "give-back")).status_code == 302

    assert other.post(path_of(world, step, "take")).status_code == 302


def test_a_step_is_handed_over_on_its_page_and_accepted_there(world, put):
    step = put("ASKING")
    mine, other = browser(world.operator), browser(world.approver)
    page = mine.get(address(world, step.job)).content.decode()
    assert "Hand it over" in page
    assert "Jana Vesela" in page

    path = path_of(world, step, "hand-over")
    assert mine.post(path, {"to": "nobody"}).status_code == 409
    given = {"to": str(world.approver.pk), "note": "The lab is booked"}
    assert mine.post(path, given).status_code == 302
    assert "Offered to Jana Vesela" in mine.get(address(world, step.job)).content.decode()
    page = other.get(address(world, step.job)).content.decode()
    assert "Offered to you" in page
    assert "The lab is booked" in page
    assert mine.post(path_of(world, step, "accept-handover")).status_code == 409
    assert other.post(path_of(world, step, "accept-handover")).status_code == 302

    assert "Give it back" in other.get(address(world, step.job)).content.decode()


def test_a_viewer_hands_nothing_over(world, put, viewer):
    step = put("ASKING")
    client = browser(viewer)

    assert "Hand it over" not in client.get(address(world, step.job)).content.decode()
    assert client.post(path_of(world, step, "hand-over"), {}).status_code == 403
    assert client.post(path_of(world, step, "accept-handover")).status_code == 403


def test_what_does_not_work_is_held_with_its_reason_and_tried_again(world, put):
    step = put("ASKING")
    client = browser(world.operator)

    assert client.post(path_of(world, step, "report")).status_code == 409
    client.post(path_of(world, step, "report"), {"reason": "The lab is locked"})
    assert state_of(world, step) == "HELD"
    page = client.get(address(world, step.job)).content.decode()
    assert "The lab is locked" in page
    assert client.post(path_of(world, step, "retry")).status_code == 302

    assert state_of(world, step) == "READY"


def test_a_problem_in_a_base_update_halts_the_job(world, put):
    step = put("ASKING", "install_base")

    response = browser(world.operator).post(
        path_of(world, step, "report"), {"reason": "It stays away"}, follow=True
    )

    assert "Do not restart the appliance." in response.content.decode()
    assert state_of(world, step.job) == "HALTED"


def test_a_held_step_is_accepted_with_evidence(world, put):
    step = put("HELD")
    client = browser(world.operator)
    assert (
        "It is done: accept with evidence" in client.get(address(world, step.job)).content.decode()
    )

    assert client.post(path_of(world, step, "accept"), {}).status_code == 422
    assert client.post(path_of(world, step, "accept"), TESTED).status_code == 302

    assert state_of(world, step) == "DONE"


def test_a_step_is_skipped_with_a_reason_by_those_who_may(world, put):
    step = put("HELD")

    forbidden = browser(world.operator).post(path_of(world, step, "skip"), {"reason": "No lab"})
    client = browser(world.approver)
    assert forbidden.status_code == 403
    assert client.post(path_of(world, step, "skip")).status_code == 409
    assert client.post(path_of(world, step, "skip"), {"reason": "No lab"}).status_code == 302

    assert state_of(world, step) == "SKIPPED"


def test_a_guard_is_skipped_by_two_people(world, put):
    step = put("HELD", "verify")
    first, second = browser(world.approver), browser(world.agent)

    first.post(path_of(world, step, "skip"), {"reason": "Nobody is awake"})
    assert state_of(world, step) == "HELD"
    assert first.post(path_of(world, step, "skip"), {"reason": "Please"}).status_code == 409
    page = second.get(address(world, step.job)).content.decode()
    assert "Nobody is awake" in page
    assert "Agree, and skip it" in page
    second.post(path_of(world, step, "skip"))

    assert state_of(world, step) == "SKIPPED"


def test_a_dwell_is_extended(world, put):
    step = put("WAITING", "dwell")
    client = browser(world.operator)

    for wrong in ("", "0", "999", "many"):
        assert client.post(path_of(world, step, "extend"), {"hours": wrong}).status_code == 409
    client.post(path_of(world, step, "extend"), {"hours": "12"})

    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=step.pk).next_at == NOON + timedelta(hours=21)


def test_a_dwell_is_waived_by_two_people_with_a_reason(world, put):
    step = put("WAITING", "dwell")
    first, second = browser(world.approver), browser(world.agent)

    page = first.get(address(world, step.job)).content.decode()
    assert "Waive with a second person" in page
    first.post(path_of(world, step, "skip"), {"reason": "All clients have followed"})
    assert "Agree, and waive it" in second.get(address(world, step.job)).content.decode()
    second.post(path_of(world, step, "skip"))

    assert state_of(world, step) == "SKIPPED"


@pytest.mark.parametrize("act", ["confirm", "retry", "accept"])
def test_nothing_is_confirmed_or_tried_while_the_job_rests(world, put, act):
    step = put("HELD" if act != "confirm" else "ASKING")
    client = browser(world.agent)
    client.post(address(world, step.job, "halt/"), {"reason": "Smoke"})

    response = client.post(path_of(world, step, act), TESTED)

    assert response.status_code == 409
    assert "not running" in response.content.decode()


def test_a_step_without_that_number_is_not_found(world, running):
    response = browser(world.agent).post(address(world, running, "steps/999/take/"))

    assert response.status_code == 404
