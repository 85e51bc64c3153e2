from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from appliances.models import Appliance
from appliances.services import sites
from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import runs


def cost(client, path):
    with (
        CaptureQueriesContext(connections["default"]) as own,
        CaptureQueriesContext(connections["staff"]) as read,
    ):
        assert client.get(path).status_code == 200
    return len(own) + len(read)


def copies(job, count):
    """More jobs like this one, each at a site of its own."""
    for number in range(count):
        site = sites.register(
            by=None, at=NOON, name=f"Site {number}", public_name=f"s{number}.meridian.sim",
            shape="SINGLE", zone="UTC", simulated=True,
            appliances=[{"letter": "A", "name": f"N{number}", "host": f"n{number}.sim"}],
        )  # fmt: skip
        steps = list(JobStep.objects.filter(job=job))
        bookings = list(job.bookings.all())
        copy = UpgradeJob.objects.get(pk=job.pk)
        copy.pk, copy.number, copy.site = None, 100 + number, site
        copy.save(force_insert=True)
        for row in [*steps, *bookings]:
            row.pk, row.job = None, copy
            if hasattr(row, "uid"):
                row.uid, row.site = f"{number}-{row.window}", site
            row.save(force_insert=True)


@pytest.mark.parametrize("path", ["/now/", "/jobs/", "/c/meridian/", "/c/meridian/jobs/"])
def test_lists_cost_the_same_for_one_and_for_three(world, running, put, path):
    put("ASKING")
    client = browser(world.agent)
    client.get(path)
    with_one = cost(client, path)
    with tenancy.transaction(world.customer):
        copies(states.again(running), 2)

    assert cost(client, path) == with_one


def test_the_list_is_filtered_by_the_state_in_its_address(world, proposed):
    client = browser(world.approver)

    assert "UJ-1" in client.get("/c/meridian/jobs/?state=PROPOSED").content.decode()
    assert "UJ-1" not in client.get("/c/meridian/jobs/?state=RUNNING").content.decode()
    for after in ("x", "²", "9" * 5000, "-1"):
        page = client.get("/c/meridian/jobs/", {"state": "nonsense", "after": after})
        assert "UJ-1" in page.content.decode()


@pytest.mark.parametrize(("minutes", "shown"), [(-1, "in 1 min"), (0, "<dd>now</dd>"), (90, "now")])
def test_a_preparation_that_could_have_begun_already_begins_now(world, scheduled, minutes, shown):
    with tenancy.transaction(world.customer):
        begins = runs.begins_at(states.again(scheduled)) + timedelta(minutes=minutes)
    with clock.at(begins):
        content = browser(world.approver).get(address(world, scheduled)).content.decode()

    _before, _found, after = content.partition("Preparation begins</dt>")
    fact = after[: after.index("</div>")]
    assert shown in fact
    assert "ago" not in fact
    assert ("<time" in fact) == (minutes < 0)


def test_a_proposal_shows_exactly_what_will_run(world, proposed):
    content = browser(world.approver).get(address(world, proposed)).content.decode()

    with tenancy.transaction(world.customer):
        texts = set(JobStep.objects.filter(job=proposed).values_list("text", flat=True))
    assert [text for text in texts if text not in content] == []
    for words in ("Base 4.0.1", "Product 12.2.0", "Product 14.1.1", "at least 24 h", "demo"):
        assert words in content


def test_a_running_job_shows_what_to_do_with_the_actions_own_words(world, running, put):
    step = put("ASKING", "install_base")

    content = browser(world.operator).get(address(world, running)).content.decode()

    assert "do NOT restart the appliance" in content
    assert "Base version on Status &gt; Basics" in content
    assert f"/steps/{step.seq}/confirm/" in content
    assert "due 16:00" in content  # an hour from noon UTC, on the site's clock in Istanbul


def test_in_the_demo_the_appliances_own_page_is_one_click_away(world, running, put, settings):
    settings.DEMO, settings.SIMULATOR_URL = True, "http://127.0.0.1:8765"
    put("ASKING", "install_base")

    content = browser(world.operator).get(address(world, running)).content.decode()

    assert 'href="http://127.0.0.1:8765/at/a.meridian.sim/appliance"' in content


def test_a_job_that_is_done_holds_plan_against_what_came_of_it(world, running):
    with tenancy.transaction(world.customer):
        job = states.again(running)
        job.finish(at=states.prove(job, by=world.operator, at=NOON))
        job.save()

    content = browser(world.operator).get(address(world, running)).content.decode()

    assert "Plan and what came of it" in content
    assert "Every step is proven." in content
    assert "as planned" in content


def test_a_viewer_sees_no_button_that_acts(world, running, put, viewer):
    put("ASKING")

    content = browser(viewer).get(address(world, running)).content.decode()

    assert "What to do now" in content
    assert 'action="/c/meridian/jobs/' not in content


def test_the_whole_log_begins_at_the_beginning(world, running):
    content = browser(world.operator).get(address(world, running, "log/")).content.decode()

    assert content.index("Upgrade drafted") < content.index("Upgrade started")


def test_the_last_sign_of_life_is_told_with_its_time(world, running, put):
    put("WATCHING", "install_product")
    with tenancy.transaction(world.customer):
        Appliance.objects.update(last_seen_at=NOON)

    facts = browser(world.operator).get(address(world, running)).context["facts"]

    assert (facts.health, facts.seen) == ("good", "0 s ago")


def test_a_canary_of_another_customer_is_on_no_page(world, running, put):
    put("ASKING")
    other = factories.a_customer("Canary Birds", slug="canary")
    person = factories.a_member(other, "ADMINISTRATOR", "Kim Canary")
    with tenancy.transaction(other):
        site = sites.register(
            by=person, at=NOON, name="Canary desk", public_name="canary.sim", shape="SINGLE",
            zone="UTC", simulated=True,
            appliances=[{
                "letter": "A", "name": "Canary A", "host": "a.canary.sim",
                "product_version": "12.1", "base_version": "3.2.4",
            }],
        )  # fmt: skip
    mine = browser(world.operator)
    pages = [
        "/c/meridian/", "/c/meridian/jobs/", f"/c/meridian/sites/{world.site.pk}/",
        f"/c/meridian/sites/{world.site.pk}/plan/", address(world, running),
        address(world, running, "live/?seen=x&typing=1"), address(world, running, "log/"),
    ]  # fmt: skip

    for path in pages:
        response = mine.get(path)
        assert response.status_code == 200, path
        assert "anary" not in response.content.decode(), path
    for path in (f"/c/meridian/sites/{site.pk}/", f"/c/meridian/sites/{site.pk}/plan/"):
        assert mine.get(path).status_code == 404
    assert browser(person).get("/c/meridian/").status_code == 404
