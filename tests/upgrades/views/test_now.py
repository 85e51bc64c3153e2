from datetime import timedelta

from appliances.models import Appliance, BaseHold
from appliances.services import questions
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades import start_queries
from upgrades.services import interims, runs


def words_of(client):
    return [line["word"] for line in client.get("/now/").context["lines"]]


def test_nothing_needs_a_person(world):
    content = browser(world.agent).get("/now/").content.decode()

    assert "Nothing needs a person" in content
    assert "No upgrade is under way" in content


def test_the_portals_front_door_leads_staff_here(world):
    assert browser(world.agent).get("/").url == "/now/"


def test_what_is_halted_stands_first(world, locked):
    client = browser(world.agent)

    lines = client.get("/now/").context["lines"]

    assert [str(line["word"]) for line in lines] == ["Halted"]
    assert lines[0]["urgent"]
    assert "Do not restart the appliance" in lines[0]["title"]


def test_what_asks_what_is_held_and_what_is_asked_stand_in_their_order(world, running, put):
    put("ASKING", "test_elsewhere")
    put("HELD", "export_certificates")
    with tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        questions.ask(box, text="Which first?", by=world.operator, at=NOON)

    assert list(map(str, words_of(browser(world.agent)))) == ["Held", "Asking", "Asked"]


def test_beyond_the_most_urgent_it_says_how_many_there_are(world, monkeypatch):
    monkeypatch.setattr(start_queries, "MOST_URGENT", 1)
    with tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        for text in ("Which first?", "And then?", "Why?"):
            questions.ask(box, text=text, by=world.operator, at=NOON)

    response = browser(world.agent).get("/now/")

    assert [line["title"] for line in response.context["lines"]] == ["Which first?"]
    assert response.context["more_lines"] == 2
    assert "and 2 more" in response.content.decode()


def test_too_long_without_failover_stands_in_staffs_queue_and_leads_to_the_site(world, running):
    with tenancy.transaction(world.customer):
        interims.begin(world.site, job=running, at=NOON)
        before = words_of(browser(world.agent))
        interims.look_after(NOON + timedelta(days=8))

    with clock.at(NOON + timedelta(days=8)):
        lines = browser(world.agent).get("/now/").context["lines"]

    assert "No failover" not in list(map(str, before))
    [line] = [line for line in lines if str(line["word"]) == "No failover"]
    assert (line["title"], line["urgent"]) == ("Too long without failover", True)
    assert line["url"] == f"/c/meridian/sites/{world.site.pk}/"
    assert "support.meridian.sim" in line["detail"]


def test_a_proposal_waits_for_approval(world, proposed):
    line = browser(world.agent).get("/now/").context["lines"][0]

    assert line["title"] == "To be approved: Upgrade to Product 14.1.1"
    assert line["url"] == f"/c/meridian/jobs/{proposed.pk}/"


def test_an_appliance_stays_locked_when_its_job_is_over(world, locked):
    with tenancy.transaction(world.customer):
        runs.abandon(locked, by=world.agent, reason="Enough", at=NOON)
        assert BaseHold.objects.filter(released_at=None).exists()

    assert list(map(str, words_of(browser(world.agent)))) == ["Locked"]


def test_what_runs_and_what_comes_are_told_with_their_times(world, running, put):
    put("ASKING")

    response = browser(world.agent).get("/now/")

    run = response.context["runs"][0]
    assert (run.mark, run.number, run.total) == ("ASKING", 1, 7)
    content = response.content.decode()
    assert "phase 1 of 7" in content
    assert len(response.context["coming"]) == 2


def unless(client):
    return {
        str(line["word"]): line.get("what_if_not") for line in client.get("/now/").context["lines"]
    }


def test_what_asks_says_what_follows_if_nobody_does_it(world, running, put):
    put("ASKING", "check_updates")
    client = browser(world.agent)

    assert unless(client) == {
        "Asking": "A package that the plan does not know of, or in another order, is installed."
    }
    content = client.get("/now/").content.decode()
    assert "If nothing is done: A package that the plan does not know of" in content


def test_what_is_halted_says_that_it_stays_where_it_stands(world, locked):
    assert unless(browser(world.agent)) == {
        "Halted": "It stays where it stands, and nothing more is sent."
    }


def test_what_waits_for_an_approval_says_that_nothing_runs(world, proposed):
    assert unless(browser(world.agent)) == {
        "Proposed": "Nothing runs, and its windows are given back once the first is too late."
    }
