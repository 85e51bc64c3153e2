"""Rollouts: seen by all of staff, moved by who manages, unknown to customers, who see their own."""

import csv
import io

import pytest

from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.views.conftest import browser
from upgrades.models import Enrolment, Rollout
from upgrades.services.rollouts import drafts, drawing, lives, sweeping

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
    assert text(staff.get(answer["Location"])).count("once the rollout is open") == 1
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
