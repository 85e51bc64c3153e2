"""The night shift's page: what it shows, what it never shows, and to whom it is closed."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser
from upgrades.models import LiveLink, UpgradeJob
from upgrades.services import jobs, live_links


def said(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def path(world, scheduled):
    """Made on the job's page; where its address leads, without the host."""
    made = browser(world.operator).post(address(world, scheduled, "share/"), {"name": "Wall"})
    assert made.status_code == 200
    [found] = re.findall(r'value="[^"]*?(/live/[^"]+/)"', made.content.decode())
    return found


def test_it_says_where_the_upgrade_is_and_nothing_else_of_its_customer(
    world, path, running, put, settings
):
    settings.SUPPORT_CONTACT = "+1 555 0100 (day and night)"
    put("ASKING", "install_product")

    page = Client().get(path)

    words = said(page)
    assert page.status_code == 200
    for shown in ("UJ-1", "Support desk", "Phase", "Next event", "Last sign of life", "at worst"):
        assert shown in words
    assert 'href="tel:+15550100"' in page.content.decode()
    source = page.content.decode()
    for hidden in (
        "Meridian", "meridian", "12.1", "14.1.1", "3.2.4", "Base ", "Product ", "Jan Novak",
        "Jana", "@", "Ines", str(running.pk), str(world.site.pk), "csrf",
    ):  # fmt: skip
        assert hidden not in source.replace("@media", ""), hidden


def test_it_is_kept_nowhere_sent_nowhere_and_refreshes_itself(path):
    page = Client().get(path)

    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    source = page.content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in source
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in source
    part = Client().get(path, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="live"')
    assert "<html" not in part
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize(
    ("query", "asked", "language", "word"),
    [
        ("?lang=fr", "tr", "fr", 'lang="fr"'), ("", "tr", "tr", 'lang="tr"'),
        ("?lang=xx", "fr", "fr", 'lang="fr"'), ("", "de", "en", 'lang="en"'),
    ],
)  # fmt: skip
def test_its_language_is_asked_for_or_the_browsers(path, query, asked, language, word):
    page = Client().get(path + query, headers={"Accept-Language": asked})

    assert page["Content-Language"] == language
    assert f"<html {word}" in page.content.decode()


def gone(path, at=NOON):
    with clock.at(at):
        page = Client().get(path)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "http-equiv" not in page.content.decode()
    return page.status_code, re.sub(r"\?lang", "", page.content.decode())


def test_wrong_over_revoked_and_closed_links_answer_all_the_same(world, scheduled, path):
    wrong = gone(f"/live/{'x' * 43}/")
    assert wrong[0] == 404
    assert gone("/live/ı../") == wrong
    assert gone(f"/live/{'a' * 4000}/") == wrong
    assert gone(path, NOON + timedelta(days=15)) == wrong
    with tenancy.transaction(world.customer):
        link = LiveLink.objects.get()
        world.site.closed_at = NOON
        world.site.save()
    assert gone(path) == wrong
    with tenancy.transaction(world.customer):
        world.site.closed_at = None
        world.site.save()
    assert Client().get(path).status_code == 200
    browser(world.operator).post(address(world, scheduled, f"share/{link.pk}/end/"))
    assert gone(path) == wrong
    polled = Client().get(path, headers={"HX-Request": "true"})
    assert (polled.status_code, polled["HX-Refresh"]) == (404, "true")


def test_guessing_is_slowed_down(db):
    codes = [Client().get(f"/live/{number:043}/").status_code for number in range(61)]
    assert codes == [404] * 60 + [429]


def test_the_link_of_one_job_shows_nothing_of_another(world, scheduled, path):
    with tenancy.transaction(world.customer):
        jobs.cancel(states.again(scheduled), by=world.agent, reason="Smoke", at=NOON)
        other = jobs.draft(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(other, by=world.agent, at=NOON)
        jobs.approve(UpgradeJob.objects.with_site().get(pk=other.pk), by=world.approver, at=NOON)

    words = said(Client().get(path))
    assert "UJ-1" in words
    assert "Cancelled" in words
    assert "UJ-2" not in words
    assert "Smoke" not in words


def test_one_jobs_link_is_not_ended_under_anothers_address(world, scheduled, path, stranger):
    with tenancy.transaction(world.customer):
        link = LiveLink.objects.get()
        second = UpgradeJob.objects.create(
            customer=world.customer, number=9, site=world.site, procedure="single",
            target=world.packages["12.2.0"], requested_by=world.agent, made_at=NOON,
        )  # fmt: skip
    end = f"share/{link.pk}/end/"
    assert browser(world.operator).post(address(world, second, end)).status_code == 404
    assert browser(stranger).post(address(world, scheduled, end)).status_code == 404
    assert Client().get(path).status_code == 200


def test_links_are_listed_with_their_maker_for_those_who_may_share(world, scheduled, path, viewer):
    with clock.at(NOON + timedelta(minutes=5)):
        Client().get(path)
    page = said(browser(world.approver).get(address(world, scheduled)))

    assert "Wall Made by Jan Novak" in page
    assert "last opened in the hour from Mon 23 Nov 15:05" in page
    assert 'id="share"' in browser(world.agent).get(address(world, scheduled)).content.decode()
    assert 'id="share"' not in browser(viewer).get(address(world, scheduled)).content.decode()


def test_a_link_without_a_name_is_not_made_and_a_job_that_is_over_offers_none(world, scheduled):
    unnamed = browser(world.operator).post(address(world, scheduled, "share/"), {"name": ""})
    assert unnamed.status_code == 422
    with tenancy.transaction(world.customer):
        jobs.cancel(states.again(scheduled), by=world.agent, reason="Smoke", at=NOON)
    late = browser(world.operator).post(address(world, scheduled, "share/"), {"name": "Wall"})
    assert late.status_code == 409
    with tenancy.transaction(world.customer):
        assert not LiveLink.objects.exists()


def test_after_a_base_problem_it_says_what_every_channel_says(world, path, locked):
    words = said(Client().get(path))

    assert "Do not restart the appliance." in words
    assert "It did not come back" not in words
    assert "nobody can tell before it goes on" in words


def test_no_customer_opens_anothers_link_by_any_slug(world, path):
    """The door alone says whose it is; another customer's transaction finds nothing."""
    other = factories.a_customer("Other")
    secret = path.split("/")[2]
    with tenancy.transaction(other), pytest.raises(live_links.NoLink):
        live_links.open_page(secret, at=NOON)
