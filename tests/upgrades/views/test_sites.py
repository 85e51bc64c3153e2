import re
from datetime import timedelta

from appliances.models import Appliance, Backup
from appliances.services import sites
from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades.models import MaintenanceWindow, UpgradeJob
from upgrades.services import windows

NEW = {
    "repeats": "weekly", "weekdays": ["SU"], "at_time": "08:00", "minutes": "120",
    "starts_on": "2026-11-23", "title": "Quiet hours",
}  # fmt: skip


def path_of(world, rest=""):
    return f"/c/meridian/sites/{world.site.pk}/{rest}"


def test_a_site_says_what_can_be_reached_and_when_it_may_be_away(world):
    content = browser(world.approver).get(path_of(world)).content.decode()

    assert "Product 14.1.1" in content
    assert "2 hops away" in content
    assert "Every day 22:00–04:00" in content
    assert "Topology" in content  # of the appliances' page, which this one extends


def test_the_job_of_a_site_takes_the_place_of_the_offer(world, proposed):
    content = browser(world.approver).get(path_of(world)).content.decode()

    assert "Open UJ-1" in content
    assert "See the plan" not in content
    assert "Mon 23 Nov 22:00 to 04:00" in content


def test_a_window_is_granted_and_taken_away(world):
    client = browser(world.approver)

    assert client.post(path_of(world, "windows/add/"), NEW).status_code == 302
    assert "Every Sunday 08:00–10:00" in client.get(path_of(world)).content.decode()
    with tenancy.transaction(world.customer):
        made = MaintenanceWindow.objects.get(title="Quiet hours")
    assert client.post(f"/c/meridian/windows/{made.pk}/remove/").status_code == 302

    with tenancy.transaction(world.customer):
        assert not MaintenanceWindow.objects.filter(title="Quiet hours").exists()


def test_a_window_without_days_comes_back_with_what_is_missing(world):
    response = browser(world.approver).post(path_of(world, "windows/add/"), {**NEW, "weekdays": []})

    assert response.status_code == 422
    content = response.content.decode()
    assert "Choose at least one day." in content
    assert "Quiet hours" in content


def test_a_window_is_changed_on_a_page_that_knows_what_it_was(world):
    client = browser(world.approver)
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()
    path = f"/c/meridian/windows/{window.pk}/change/"
    page = client.get(path).content.decode()
    assert 'value="22:00"' in page
    assert 'value="360"' in page

    changed = {**NEW, "repeats": "daily", "at_time": "21:00"}
    assert client.post(path, {**changed, "minutes": "5"}).status_code == 422
    assert client.post(path, changed).status_code == 302

    assert "Every day 21:00–23:00" in client.get(path_of(world)).content.decode()


def hidden(page):
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: [value for each, value in found if each == name] for name, _value in found}


def test_upgrades_that_would_lie_outside_are_shown_before_a_window_changes(world, proposed):
    client = browser(world.approver)
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()
    path = f"/c/meridian/windows/{window.pk}/change/"

    page = client.post(path, {**NEW, "repeats": "daily"}).content.decode()
    assert proposed.label in page
    assert "they keep their times" in page
    with tenancy.transaction(world.customer):
        assert MaintenanceWindow.objects.get().minutes == 360
    said = hidden(page)
    assert client.post(path, {**said, "digest": "old", "strategy": "hold"}).status_code == 409
    assert client.post(path, {**said, "strategy": "hold"}).status_code == 302

    with tenancy.transaction(world.customer):
        assert MaintenanceWindow.objects.get().minutes == 120
        assert UpgradeJob.objects.get(pk=proposed.pk).state == "DRAFT"


def test_a_rule_that_the_form_cannot_say_may_stay(world):
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()
        windows.change(window, rule="FREQ=MONTHLY;BYMONTHDAY=15", by=world.approver, at=NOON)
    client, path = browser(world.approver), f"/c/meridian/windows/{window.pk}/change/"
    page = client.get(path).content.decode()
    assert "as it is: FREQ=MONTHLY;BYMONTHDAY=15" in page

    kept = {**NEW, "repeats": "as-it-is", "weekdays": []}
    assert client.post(path, kept).status_code == 302

    with tenancy.transaction(world.customer):
        found = MaintenanceWindow.objects.get()
    assert (found.rule, found.minutes) == ("FREQ=MONTHLY;BYMONTHDAY=15", 120)


def test_a_booking_left_outside_the_windows_is_pointed_out(world, proposed):
    client = browser(world.approver)
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()

    path = f"/c/meridian/windows/{window.pk}/remove/"
    said = hidden(client.post(path).content.decode())
    assert client.post(path, {"keep": "1", "digest": "old"}).status_code == 409
    response = client.post(path, {**said, "keep": "1"}, follow=True)

    assert "A booking lies outside the windows" in response.content.decode()
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=proposed.pk).state == "PROPOSED"
        kept = AuditEvent.objects.get(name="job.displaced")
    assert kept.data["strategy"] == "keep"


def test_a_site_whose_version_is_not_known_says_what_to_read(world):
    with tenancy.transaction(world.customer):
        world.site.appliances.update(base_version="")
    client = browser(world.approver)

    assert "It is not known which versions" in client.get(path_of(world)).content.decode()
    plan = client.get(path_of(world, "plan/"))
    assert plan.status_code == 422
    assert "It is not known which versions" in plan.content.decode()


def test_a_base_version_that_will_be_too_old_is_said_on_the_sites_page_and_on_supports(
    world, scheduled
):
    with tenancy.transaction(world.customer):
        Appliance.objects.update(base_at=NOON - timedelta(days=29, hours=20))

    at_site = browser(world.operator).get(path_of(world)).content.decode()
    of_all = browser(world.agent).get("/now/").content.decode()

    assert "Read the base version again before the window" in at_site
    assert f"/appliances/{world.appliance.pk}/versions/" in at_site
    assert "Base versions to be read before a window" in of_all
    with tenancy.transaction(world.customer):
        Appliance.objects.update(base_at=NOON)
    assert "before the window" not in browser(world.operator).get(path_of(world)).content.decode()
    assert "read before a window" not in browser(world.agent).get("/now/").content.decode()


def test_the_site_says_when_the_next_backup_is_due_and_why_the_last_try_failed(world):
    with tenancy.transaction(world.customer):
        Appliance.objects.update(secret_key_id="a key")
        Backup.objects.create(
            customer=world.customer, appliance=world.appliance, taken_at=NOON - timedelta(days=6)
        )
    client = browser(world.operator)

    assert "the next one in 24 h" in client.get(path_of(world)).content.decode()

    with tenancy.transaction(world.customer):
        Appliance.objects.update(
            backup_trouble="It did not answer.", backup_due_at=NOON + timedelta(hours=6)
        )
    content = client.get(path_of(world)).content.decode()
    assert "the last try failed" in content
    assert "It did not answer." in content
    assert "the next one in 6 h" in content

    with tenancy.transaction(world.customer):
        sites.change(world.site, by=world.agent, backup_days=0)
    assert "by itself: never" in client.get(path_of(world)).content.decode()
