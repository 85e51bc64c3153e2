"""A place in a rollout, as its customer and support see it; letters of a stopped line."""

from portal import tenancy
from portal.services import customers
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views import test_rollouts
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_rollouts import LIST, text
from upgrades.models import Enrolment, Rollout
from upgrades.services.rollouts import stopping, sweeping

manager, staff = test_rollouts.manager, test_rollouts.staff
release, rollout = test_rollouts.release, test_rollouts.rollout


def owner(place):
    with tenancy.transaction(place.customer_id):
        return customers.current()


def place_of(name):
    return Enrolment.across.select_related("customer", "site").get(site__name=name)


def test_the_customer_is_told_what_to_do_by_when_and_what_if_not(rollout):
    mine = place_of("Second")
    approver = browser(factories.a_member(owner(mine), "APPROVER"))
    slug = mine.customer.slug

    for page in (f"/c/{slug}/", f"/c/{slug}/sites/{mine.site_id}/"):
        shown = text(approver.get(page))
        assert "is offered: please answer" in shown
        assert "The offer lapses, as was agreed" in shown
        assert "At the latest" in shown
    answer = approver.post(f"/c/{slug}/enrolments/{mine.pk}/decline/", {"reason": "Staff on leave"})
    assert answer.status_code == 302
    assert (place_of("Second").state, place_of("Second").reason) == ("DECLINED", "Staff on leave")


def test_who_may_decide_about_a_place(rollout):
    mine, theirs = place_of("Second"), place_of("=Ready")
    path = f"/c/{mine.customer.slug}/enrolments/{mine.pk}/"
    viewer = browser(factories.a_member(owner(mine), "VIEWER"))
    approver = browser(factories.a_member(owner(mine), "APPROVER"))
    limited = browser(factories.a_member(owner(mine), "APPROVER", site_ids=[]))
    stranger = browser(factories.a_member(owner(theirs), "ADMINISTRATOR"))

    assert viewer.post(f"{path}decline/", {"reason": "No"}).status_code == 403
    assert limited.post(f"{path}decline/", {"reason": "No"}).status_code == 404
    assert stranger.post(f"{path}decline/", {"reason": "No"}).status_code == 404
    assert approver.post(f"{path}exclude/", {"reason": "No"}).status_code == 403
    other = f"/c/{mine.customer.slug}/enrolments/{theirs.pk}/decline/"
    assert approver.post(other, {"reason": "No"}).status_code == 404
    assert approver.post(f"{path}decline/", {"reason": " "}).status_code == 409
    assert place_of("Second").state == "ALERTED"


def test_support_leaves_out_takes_in_again_and_offers_again(staff, rollout):
    mine = place_of("Second")
    path = f"/c/{mine.customer.slug}/enrolments/{mine.pk}/"

    staff.post(f"{path}exclude/", {"reason": "They move house"})
    assert (place_of("Second").state, place_of("Second").code) == ("EXCLUDED", "by-hand")
    staff.post(f"{path}include/")
    assert place_of("Second").state == "WAITING"
    sweeping.turn(NOON)
    staff.post(f"{path}decline/", {"reason": "Told us by telephone"})
    assert place_of("Second").state == "DECLINED"
    staff.post(f"{path}reopen/")
    assert place_of("Second").state == "ALERTED"
    assert staff.post(f"{path}other/").status_code == 404


def test_letters_are_written_on_their_page_by_whoever_manages(staff, manager, rollout):
    path = f"{LIST}{rollout.pk}/letters/"
    assert "The line is not stopped." in text(staff.get(path))
    stopping.stop(rollout, reason="Clocks go wrong", by=manager, at=NOON)
    shown = staff.get(path).context["form"].initial
    given = {**shown, "subject_en": "We have stopped", "text_tr": ""}

    assert staff.post(path, given).status_code == 422
    assert browser(factories.staff("AGENT")).get(path).status_code == 403
    answer = staff.post(path, {**shown, "subject_en": "We have stopped"})

    assert answer.status_code == 302
    assert list(Rollout.objects.get().letters) == ["en"]
    assert "We have stopped" in text(staff.get(path))
    assert staff.post(path, {**shown, "subject_en": "Again"}).status_code == 409
