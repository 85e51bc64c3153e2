"""Contracts: seen by the customer, made, changed and ended by staff; freezes for everybody."""

import re
from datetime import timedelta

from portal import tenancy
from portal.models import AuditEvent, Contract
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, PlatformFreeze, UpgradeJob
from upgrades.services.whatif import working

LIST = "/c/meridian/contracts/"
GIVEN = {"number": "M-2", "plan": "Gold", "starts_on": "2028-01-01", "ends_on": "2028-12-31"}


def test_staff_make_a_contract_and_the_customer_sees_it(world, viewer, stranger):
    agent = browser(world.agent)

    assert agent.post(f"{LIST}make/", GIVEN).status_code == 302
    assert "M-2" in browser(viewer).get(LIST).content.decode()
    assert browser(stranger).get(LIST).status_code == 404
    for person in (viewer, world.approver):
        assert browser(person).post(f"{LIST}make/", GIVEN).status_code == 403
    wrong = agent.post(f"{LIST}make/", {**GIVEN, "ends_on": "2027-12-31"})
    assert wrong.status_code == 409
    assert 'class="error"' in wrong.content.decode()
    with tenancy.transaction(world.customer):
        made = Contract.objects.get(number="M-2")
        assert AuditEvent.objects.get(name="contract.made").subject_id == made.pk


def test_a_contract_that_ends_early_shows_what_it_no_longer_covers(world, scheduled):
    with tenancy.transaction(world.customer):
        contract = Contract.objects.get()
        last = Booking.objects.filter(state="BOOKED").order_by("-window").first()
    agent, path = browser(world.agent), f"{LIST}{contract.pk}/change/"
    asked = {
        "number": contract.number, "plan": "", "starts_on": contract.starts_on.isoformat(),
        "ends_on": (last.starts_at.date() - timedelta(days=1)).isoformat(),
    }  # fmt: skip

    assert contract.number in agent.get(path).content.decode()
    page = agent.post(path, asked).content.decode()
    assert scheduled.label in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    refused = agent.post(path, {**asked, **hidden, "strategy": "next"})
    assert refused.status_code == 409
    assert agent.post(path, {**asked, **hidden, "strategy": "hold"}).status_code == 302
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=scheduled.pk).state == "DRAFT"
        assert Contract.objects.get().ends_on.isoformat() == asked["ends_on"]


def test_a_freeze_for_everybody_is_shown_by_customer_then_settles_each(world, scheduled):
    manager = browser(factories.staff("ROLLOUT_MANAGER"))
    with tenancy.transaction(world.customer):
        last = Booking.objects.filter(state="BOOKED").order_by("-window").first().starts_at
    begin = last + timedelta(hours=3)
    asked = {"title": "A bad build", "begin": f"{begin:%Y-%m-%dT%H:%M}",
             "end": f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}", "release": ""}  # fmt: skip

    where = manager.post("/freezes/add/", asked)["Location"]
    assert "being looked at" in manager.get(where).content.decode()
    working.turn(NOON)
    page = manager.get(where).content.decode()
    assert "Meridian Freight" in page
    assert scheduled.label in page
    assert not PlatformFreeze.objects.exists()
    assert "A bad build" in manager.get("/freezes/").content.decode()
    assert manager.post(f"{where}confirm/", {}).status_code == 422
    assert browser(world.agent).post(f"{where}confirm/", {"strategy": "next"}).status_code == 403
    assert manager.post(f"{where}confirm/", {"strategy": "next"}).status_code == 302
    working.turn(NOON)
    with tenancy.transaction(world.customer):
        moved = Booking.objects.filter(state="BOOKED").order_by("-window").first().starts_at
    freeze = PlatformFreeze.objects.get()
    assert moved > last
    assert "What was chosen: the next possible date." in manager.get(where).content.decode()
    assert manager.post(f"{where}drop/").status_code == 409
    assert manager.post("/freezes/settle/", {"freeze": str(freeze.pk)}).status_code == 302
    assert manager.post("/freezes/lift/", {"freeze": "none"}).status_code == 404
    assert manager.post("/freezes/lift/", {"freeze": str(freeze.pk)}).status_code == 302
    assert not PlatformFreeze.objects.exists()


def test_a_freeze_for_everybody_may_stand_at_once_and_be_looked_at_then(world, scheduled):
    manager = browser(factories.staff("ROLLOUT_MANAGER"))
    with tenancy.transaction(world.customer):
        begin = Booking.objects.filter(state="BOOKED").order_by("-window").first().starts_at
    asked = {"title": "A bad build", "begin": f"{begin:%Y-%m-%dT%H:%M}", "at-once": "1",
             "end": f"{begin + timedelta(hours=12):%Y-%m-%dT%H:%M}", "release": ""}  # fmt: skip

    where = manager.post("/freezes/add/", asked)["Location"]
    assert PlatformFreeze.objects.get().title == "A bad build"
    working.turn(NOON)

    assert scheduled.label in manager.get(where).content.decode()


def test_freezes_for_everybody_are_the_vendors(world):
    assert browser(world.agent).get("/freezes/").status_code == 200
    assert browser(world.agent).post("/freezes/add/", {}).status_code == 403
    assert browser(world.approver).get("/freezes/").status_code == 404
    manager = browser(factories.staff("ROLLOUT_MANAGER"))
    assert manager.post("/freezes/add/", {"title": ""}).status_code == 422
