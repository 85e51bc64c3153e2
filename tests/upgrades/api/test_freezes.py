"""Freezes, calendars and contracts over REST: looked at first, done in one transaction."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import AuditEvent, Contract
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.planning.test_feeds import calendar as content, event
from upgrades.models import Booking, Freeze, FreezeCalendar, UpgradeJob
from upgrades.services import calendars

PLAN = content(event("DTSTART:20270601T000000Z", "DURATION:PT8H")).decode()


@pytest.fixture
def administrator(world, noon):
    return Caller(factories.a_member(world.customer), world.customer, ADMINISTER)


@pytest.fixture
def staff(world, noon):
    """Support's program for this customer."""
    return Caller(world.agent, world.customer)


def last(world):
    with tenancy.transaction(world.customer):
        return Booking.objects.filter(state="BOOKED").order_by("window").last()


def over(booking):
    begin = booking.starts_at + timedelta(hours=3)  # Istanbul's wall
    return {"title": "Stocktaking", "begin": f"{begin:%Y-%m-%dT%H:%M}",
            "end": f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}"}  # fmt: skip


def test_a_freeze_is_looked_at_then_set_with_what_follows_from_it(world, scheduled, administrator):
    was = last(world)
    asked = over(was)

    unseen = administrator.post("freezes", asked)
    found = administrator.done("freezes/preview", asked)
    with tenancy.transaction(world.customer):
        assert not Freeze.objects.exists()
    stale = administrator.post("freezes", {**asked, "settle": {"digest": "0" * 32}})
    made = administrator.done(
        "freezes", {**asked, "settle": {"digest": found["digest"], "strategy": "next"}}, 201
    )

    assert (unseen.status_code, unseen.json()["code"]) == (409, "upgrades-hit")
    assert (stale.status_code, stale.json()["code"]) == (409, "changed-meanwhile")
    [hit] = found["upgrades"]
    assert (hit["label"], hit["zone"]) == (scheduled["label"], "Europe/Istanbul")
    told = {one["strategy"]: one for one in hit["outcomes"]}
    assert list(told) == ["next", "nearest", "previous", "hold", "cancel"]
    assert told["cancel"]["state"] == "CANCELLED"
    assert told["next"]["moves"][0]["was"] == f"{was.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert told["next"]["messages"]
    assert f"{last(world).starts_at:%Y-%m-%dT%H:%M:%SZ}" == told["next"]["moves"][0]["now"]
    assert (made["begin"], made["site"]) == (asked["begin"], None)
    assert [row["id"] for row in administrator.rows("freezes")] == [made["id"]]


def test_an_upgrade_may_be_treated_otherwise_than_the_rest(world, scheduled, administrator):
    asked = over(last(world))
    digest = administrator.done("freezes/preview", asked)["digest"]
    settle = {"digest": digest, "jobs": [{"job": scheduled["id"], "strategy": "cancel"}]}

    administrator.done("freezes", {**asked, "settle": settle}, 201)

    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=scheduled["id"]).state == "CANCELLED"


def test_a_freeze_changes_only_where_it_is_given_and_is_lifted(world, administrator):
    asked = {"title": "Summer", "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00",
             "site": str(world.site.pk)}  # fmt: skip
    made = administrator.done("freezes", asked, 201)

    changed = administrator.done(f"freezes/{made['id']}/change", {"end": "2027-06-09T00:00"})
    wrong = administrator.post(f"freezes/{made['id']}/change", {"end": "2027-05-01T00:00"})

    assert (changed["title"], changed["begin"]) == ("Summer", "2027-06-01T00:00")
    assert changed["ends_at"] == "2027-06-08T21:00:00Z"
    assert changed["site"]["zone"] == "Europe/Istanbul"
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["end"])
    assert administrator.delete(f"freezes/{made['id']}").status_code == 204
    assert administrator.get(f"freezes/{made['id']}").status_code == 404
    with tenancy.transaction(world.customer):
        names = AuditEvent.objects.filter(name__startswith="freeze.").order_by("number")
        assert [row.name for row in names] == ["freeze.added", "freeze.changed", "freeze.lifted"]


def test_a_changed_freeze_that_hits_upgrades_is_looked_at_first(world, scheduled, administrator):
    asked = {**over(last(world)), "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00"}
    made = administrator.done("freezes", asked, 201)
    path, nearer = f"freezes/{made['id']}/change", over(last(world))

    assert administrator.post(path, nearer).json()["code"] == "upgrades-hit"
    found = administrator.done(f"{path}/preview", nearer)
    assert [hit["label"] for hit in found["upgrades"]] == [scheduled["label"]]
    administrator.done(path, {**nearer, "settle": {"digest": found["digest"], "strategy": "hold"}})
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=scheduled["id"]).state == "DRAFT"


@pytest.mark.parametrize(
    "begin", ["2027-06-01", "2027-06-01T00:00Z", "2027-06-01T24:00", "20270601T0000", "soon"]
)
def test_a_time_that_is_none_of_a_sites_clock_is_refused(world, administrator, begin):
    answer = administrator.post("freezes", {"title": "x", "begin": begin, "end": begin})

    assert (answer.status_code, sorted(answer.json()["errors"])) == (400, ["begin", "end"])


def test_who_is_limited_to_some_sites_freezes_those_alone(world, administrator):
    own = [world.site.pk]
    limited = Caller(factories.a_member(world.customer), world.customer, site_ids=own)
    asked = {"title": "Summer", "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00"}
    for_all = administrator.done("freezes", asked, 201)["id"]

    assert limited.post("freezes", asked).json()["code"] == "key-of-sites"
    assert limited.done("freezes", {**asked, "site": str(world.site.pk)}, 201)["site"]
    assert len(limited.rows("freezes")) == 2
    assert limited.delete(f"freezes/{for_all}").status_code == 404
    assert limited.post(f"freezes/{for_all}/change", {"title": "x"}).status_code == 404


def test_a_calendar_is_added_shown_accepted_and_removed(world, scheduled, administrator):
    booking = last(world)
    made = administrator.done("freeze-calendars", {"name": "Works council", "file": PLAN}, 201)
    begin = booking.starts_at
    with tenancy.transaction(world.customer):
        row = FreezeCalendar.objects.get()
        row.pending = [
            [begin.isoformat(), (begin + timedelta(hours=4)).isoformat(), "Strike", "u1"]
        ]
        row.save()
    path = f"freeze-calendars/{made['id']}"

    assert administrator.get(path).json()["waiting"][0]["title"] == "Strike"
    assert administrator.post(f"{path}/accept", {}).json()["code"] == "upgrades-hit"
    digest = administrator.done(f"{path}/accept/preview")["digest"]
    done = administrator.done(f"{path}/accept", {"settle": {"digest": digest}})
    assert done["waiting"] == []
    from_it = administrator.rows("freezes", source="CALENDAR", after=f"{NOON:%Y-%m-%dT%H:%M:%SZ}")
    refused = administrator.delete(f"freezes/{from_it[0]['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "freeze-from-calendar")
    assert administrator.delete(path).status_code == 204
    assert administrator.rows("freezes") == []


def test_a_calendar_with_a_wrong_file_names_the_field(administrator):
    answer = administrator.post("freeze-calendars", {"name": "x", "file": "BEGIN:VCARD"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert calendars.MOST == 20


def test_a_contract_that_lapses_shows_what_it_no_longer_covers(world, scheduled, staff, approver):
    with tenancy.transaction(world.customer):
        contract = Contract.objects.get()
    ends = {"ends_on": str(last(world).starts_at.date() - timedelta(days=1))}
    path = f"contracts/{contract.pk}/end"

    assert approver.post(path, ends).status_code == 403
    assert approver.rows("contracts", covers=ends["ends_on"])[0]["number"] == contract.number
    found = staff.done(f"{path}/preview", ends)
    [hit] = found["upgrades"]
    assert [one["strategy"] for one in hit["outcomes"] if not one["possible"]][:1] == ["next"]
    refused = staff.post(path, {**ends, "settle": {"digest": found["digest"]}})
    assert (refused.status_code, refused.json()["code"]) == (409, "job-not-settled")
    settle = {"digest": found["digest"], "strategy": "hold"}
    assert staff.done(path, {**ends, "settle": settle})["ends_on"] == ends["ends_on"]
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=scheduled["id"]).state == "DRAFT"


def test_a_contract_is_made_and_changed_by_staff(staff):
    made = staff.done(
        "contracts", {"number": "M-2", "starts_on": "2028-01-01", "ends_on": "2028-12-31"}, 201
    )
    changed = staff.done(f"contracts/{made['id']}/change", {"plan": "Gold"})

    assert (changed["number"], changed["plan"]) == ("M-2", "Gold")
    wrong = staff.post(f"contracts/{made['id']}/change", {"ends_on": "2027-01-01"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "contract-not-possible")


@pytest.mark.parametrize("what", ["change", "remove"])
def test_a_window_is_looked_at_then_changed_with_what_follows(world, scheduled, approver, what):
    [window] = approver.rows("windows")
    path = f"windows/{window['id']}/{what}"
    given = {"at": "03:00"} if what == "change" else {}

    found = approver.done(f"{path}/preview", given)
    assert [hit["label"] for hit in found["upgrades"]] == [scheduled["label"]]
    assert approver.post(path, {**given, "settle": {}}).json()["code"] == "upgrades-hit"
    chosen = "next" if what == "change" else "hold"
    settle = {"digest": found["digest"], "strategy": chosen}
    approver.done(path, {**given, "settle": settle})
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=scheduled["id"])
        moved = [row.state for row in Booking.objects.filter(job=job)]
    assert (job.state == "DRAFT") is (what == "remove"), moved


def test_what_waits_for_approval_and_what_was_approved(world, proposed, approver):
    [row] = approver.rows("approvals", given="false")
    assert (row["id"], row["digest"]) == (proposed["id"], proposed["plan"]["digest"])
    assert approver.rows("approvals", given="true") == []

    approver.done(f"jobs/{row['id']}/approve", {"digest": row["digest"]})

    [row] = approver.rows("approvals", given="true")
    assert (row["given"], row["approved_by"]["name"]) == (True, str(world.approver))


def test_a_messages_deliveries_are_listed_and_it_is_sent_again(world, proposed, agent):
    [message, *_] = agent.rows("messages")
    path = f"messages/{message['id']}"

    assert agent.rows(f"{path}/deliveries") == []
    refused = agent.post(f"{path}/send-again")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-now")
