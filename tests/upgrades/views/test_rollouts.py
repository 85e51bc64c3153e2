"""Rollouts: seen by all of staff, moved by who manages, unknown to customers, who see their own."""

import csv
import io

import pytest

from portal import tenancy
from portal.services import customers
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.views.conftest import browser
from upgrades.models import Enrolment, Rollout
from upgrades.services.rollouts import drafts, drawing, lives, stopping, sweeping

LIST = "/rollouts/"
WAVES = {"w1_how": "likeness", "w1_number": "1", "w1_soak": "2", "w2_how": "rest", "w2_stops": "5"}


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


@pytest.fixture
def staff(manager):
    return browser(manager)


@pytest.fixture
def release(db):
    return rolled.a_release()


def words(release, **more):
    return {
        "name": "Autumn", "release": release.pk, "audience": "", "starts_on": "2026-11-24",
        "ends_on": "2027-01-31", "notices": "", **WAVES, **more,
    }  # fmt: skip


@pytest.fixture
def rollout(manager, release):
    """Open, with two customers' sites offered and one left out."""
    rolled.a_ready_site(name="=Ready", customer=factories.a_customer("First"))
    rolled.a_ready_site(name="Second", customer=factories.a_customer("Other"))
    rolled.a_ready_site(name="Bare", rule="")
    wish = drafts.Wish("Autumn", release, rolled.FIRST, rolled.LAST, [drafts.WaveWish("All")])
    made = drafts.draft(wish, by=manager, at=NOON)
    drawing.draw_due(NOON)
    made = lives.open_it(made, by=manager, at=NOON)
    sweeping.turn(NOON)
    return made


def text(answer):
    return answer.content.decode()


def table(answer):
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def test_drafted_drawn_opened_and_told_on_its_page(staff, release):
    rolled.a_ready_site(name="Quay")
    assert "No rollout yet" in text(staff.get(LIST))

    answer = staff.post(f"{LIST}add/", words(release))
    made = Rollout.objects.get()
    assert answer["Location"] == f"{LIST}{made.pk}/"
    assert "worked out who" in text(staff.get(answer["Location"]))
    early = staff.post(f"{LIST}{made.pk}/open/")
    assert early.status_code == 409
    drawing.draw_due(NOON)
    staff.post(f"{LIST}{made.pk}/open/")

    assert Rollout.objects.get().state == "OPEN"
    assert "Autumn" in text(staff.get(LIST))


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"ends_on": "2026-11-01"}, {"audience": "shape:pear"}, {"w1_stops": "101"},
     {"w1_how": "", "w2_how": ""}, {"release": ""}],
)  # fmt: skip
def test_what_cannot_be_comes_back_and_nothing_is_kept(staff, release, wrong):
    assert staff.post(f"{LIST}add/", words(release) | wrong).status_code == 422
    assert not Rollout.objects.exists()


def test_its_page_has_waves_silence_exclusions_nights_and_burn_up(staff, rollout):
    page = text(staff.get(f"{LIST}{rollout.pk}/"))

    assert "2 not answered" in page
    assert "no maintenance windows" in page
    assert "=Ready" in page
    assert '<polyline class="plan"' in page
    assert "Sites planned" in page


def test_every_table_is_csv_and_no_cell_is_a_formula(staff, rollout):
    base = f"{LIST}{rollout.pk}/"
    sites = table(staff.get(f"{base}sites.csv"))
    assert {row["site"]: row["code"] for row in sites} == {
        "'=Ready": "", "Second": "", "Bare": "outside-windows",
    }  # fmt: skip
    assert len(table(staff.get(f"{base}sites.csv?only=unanswered"))) == 2
    assert table(staff.get(f"{base}sites.csv?only=late")) == []
    [wave] = table(staff.get(f"{base}csv/waves/"))
    assert (wave["not_answered"], wave["upgraded"]) == ("2", "0")
    assert sum(int(row["planned"]) for row in table(staff.get(f"{base}csv/nights/"))) == 2
    assert table(staff.get(f"{base}csv/burn-up/"))[-1]["planned"] == "2"
    assert staff.get(f"{base}csv/other/").status_code == 404


@pytest.mark.parametrize(("query", "names"), [
    ("", ["=Ready", "Bare", "Second"]), ("?state=EXCLUDED", ["Bare"]), ("?q=sec", ["Second"]),
    ("?code=outside-windows", ["Bare"]), ("?wave=1", ["=Ready", "Second"]),
    ("?wave=9", []), ("?state=x&wave=y&after=z", ["=Ready", "Bare", "Second"]),
])  # fmt: skip
def test_its_sites_are_filtered_by_the_address(staff, rollout, query, names):
    page = text(staff.get(f"{LIST}{rollout.pk}/sites/{query}"))

    assert [name for name in ("=Ready", "Bare", "Second") if f">{name}</a>" in page] == names


def test_an_edit_shows_first_whom_it_hits_and_counts_with_its_digest(staff, rollout, release):
    path = f"{LIST}{rollout.pk}/edit/"
    wish = words(release, audience="site:Second", w1_how="rest", w1_number="", w2_how="")

    shown = staff.post(path, wish)
    assert "What this changes" in text(shown)
    assert Rollout.objects.get().audience == ""
    assert staff.post(path, wish | {"digest": "other"}).status_code == 409
    digest = shown.context["difference"].digest
    staff.post(path, wish | {"digest": digest})
    drawing.draw_due(NOON)

    assert Rollout.objects.get().audience == "site:Second"
    codes = dict(Enrolment.across.values_list("site__name", "code"))
    assert codes["=Ready"] == "not-in-audience"
    assert Enrolment.across.get(site__name="Second").state == "ALERTED"


def test_the_line_is_stopped_with_its_letters_shown_told_and_lifted(staff, rollout):
    base = f"{LIST}{rollout.pk}/"
    page = text(staff.get(f"{base}stop/"))
    assert "Autumn is stopped for now" in page
    assert 'lang="tr"' in page
    assert staff.post(f"{base}stop/", {"reason": ""}).status_code == 422

    staff.post(f"{base}stop/", {"reason": "Clocks <b>wrong</b>"})
    page = text(staff.get(base))
    assert "Clocks &lt;b&gt;wrong" in page
    staff.post(f"{base}tell/")
    assert "letters have been sent" in text(staff.get(base))
    staff.post(f"{base}lift/")
    assert Rollout.objects.get().state == "OPEN"
    staff.post(f"{base}pause/", {"reason": "Feast"})
    staff.post(f"{base}resume/")
    staff.post(f"{base}close/")
    assert Rollout.objects.get().state == "CLOSED"


def test_agents_look_and_do_not_move_and_customers_know_nothing_of_it(rollout):
    paths = ["", "sites/", "sites.csv", "csv/waves/"]
    agent = browser(factories.staff())
    member = browser(factories.a_member(factories.a_customer()))
    for path in paths:
        assert agent.get(f"{LIST}{rollout.pk}/{path}").status_code == 200
        assert member.get(f"{LIST}{rollout.pk}/{path}").status_code == 404
    assert agent.post(f"{LIST}{rollout.pk}/close/").status_code == 403
    assert agent.get(f"{LIST}add/").status_code == 403
    assert member.get(LIST).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_one_site_as_for_three(
    staff, manager, release, number, django_assert_max_num_queries
):  # fmt: skip
    for _ in range(number):
        rolled.a_ready_site()
    wish = drafts.Wish("Autumn", release, rolled.FIRST, rolled.LAST, [drafts.WaveWish()])
    made = drafts.draft(wish, by=manager, at=NOON)
    drawing.draw_due(NOON)

    with django_assert_max_num_queries(24):
        staff.get(f"{LIST}{made.pk}/")
    with django_assert_max_num_queries(14):
        staff.get(f"{LIST}{made.pk}/sites/")


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
        assert "the offer lapses, as was agreed" in shown
        assert "Last possible date:" in shown
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
