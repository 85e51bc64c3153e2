"""Pages about clusters: the halves, the word, who is still connected, the drawn site."""

import pytest

from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.test_halves import a_cluster, ids, submitted
from tests.upgrades.views.conftest import browser
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import runs


@pytest.fixture
def world(catalogue):
    return a_cluster(catalogue, {"east": 2, "west": 2})


def plan_page(world, **given):
    asked = {"target": str(world.packages["12.2.0"].pk), "procedure": "atlas-failover"}
    return browser(world.operator).get(f"/c/meridian/sites/{world.site.pk}/plan/", asked | given)


def test_the_plan_page_proposes_halves_by_region(world):
    page = plan_page(world)

    regions = page.context["halves"]
    first = {row["name"]: [each["first"] for each in row["nodes"]] for row in regions}
    assert first == {"east": [True, False], "west": [True, False]}
    assert "customer’s word" not in page.content.decode()


def test_other_nodes_are_chosen_and_submitted_as_they_were_read(world):
    chosen = [str(pk) for pk in ids(world, "N1", "N2")]

    page = plan_page(world, halves="1", offline=chosen)

    content = page.content.decode()
    assert "Needs the customer’s word" in content
    assert page.context["summary"]["dark"] == ["east", "west"]
    posted = {}
    for name, value in page.context["form"].chosen:
        posted.setdefault(name, []).append(value)
    with clock.at(NOON):
        browser(world.operator).post(f"/c/meridian/sites/{world.site.pk}/plan/", posted)
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get()
        assert sorted(map(str, job.offline_ids)) == sorted(chosen)


def test_too_many_are_refused_on_the_page_with_a_sentence(world):
    page = plan_page(world, halves="1", offline=[str(p) for p in ids(world, "N1", "N2", "N3")])

    assert "More than half of the nodes would be off line." in page.content.decode()


def test_what_a_refused_choice_breaks_is_marked_at_its_steps_and_cannot_be_submitted(world):
    page = plan_page(world, halves="1", offline=[str(p) for p in ids(world, "N1", "N2", "N3")])

    content = page.content.decode()
    broken = {mark["number"]: mark for mark in page.context["broken_marks"]}
    marked = {
        line.text: list(line.breaks)
        for part in page.context["broken"]
        for line in part.lines
        if line.breaks
    }
    assert [n for n, mark in broken.items() if mark["state"] == "BROKEN"] == [7]
    assert len(broken) == 16
    assert broken[7]["steps"]
    assert "Untick Accept New Client Connections" in marked
    assert set(map(tuple, marked.values())) == {(7,)}
    assert "breaks rule 7" in content
    assert "Submit for approval" not in content
    assert "Rehearse</button>" not in content


def test_a_choice_that_is_allowed_marks_nothing(world):
    page = plan_page(world, halves="1", offline=[str(p) for p in ids(world, "N1", "N3")])

    assert "broken" not in page.context
    assert {mark["state"] for mark in page.context["marks"]} == {"HOLDS", "DOES_NOT_APPLY"}
    assert [mark["number"] for mark in page.context["marks"]] == list(range(1, 17))


def test_a_refused_choice_that_is_posted_makes_no_job(world):
    chosen = [str(p) for p in ids(world, "N1", "N2", "N3")]
    posted = {
        "target": str(world.packages["12.2.0"].pk), "procedure": "atlas-failover",
        "method": "automatic", "halves": "1", "offline": chosen,
    }  # fmt: skip

    answer = browser(world.operator).post(f"/c/meridian/sites/{world.site.pk}/plan/", posted)

    assert answer.status_code == 409
    with tenancy.transaction(world.customer):
        assert not UpgradeJob.objects.exists()


def test_a_node_of_another_site_cannot_be_chosen(world):
    page = plan_page(world, halves="1", offline=["00000000-0000-4000-8000-000000000001"])

    assert page.status_code == 422


def test_the_approver_gives_the_word_on_the_page(world):
    job = submitted(world, ids(world, "N1", "N2"))
    approver, at = browser(world.approver), f"/c/meridian/jobs/{job.pk}/"
    page = approver.get(at).content.decode()
    assert "Needs your word" in page
    assert 'name="word"' in page

    with clock.at(NOON):
        refused = approver.post(f"{at}approve/", {"digest": job.plan["digest"]})
        agreed = approver.post(f"{at}approve/", {"digest": job.plan["digest"], "word": "1"})

    assert (refused.status_code, agreed.status_code) == (409, 302)
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get(pk=job.pk).word_by == world.approver


@pytest.fixture
def draining(world):
    """A running job with one node that empties, as the runner leaves it."""
    job = submitted(world)
    with clock.at(NOON), tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        found.approve(by=world.approver, at=NOON)
        found.save()
        runs.start(found, by=world.agent, at=NOON)
        step = JobStep.objects.filter(job=job, action="drain").in_order().first()
        step.ready(at=NOON)
        step.claim()
        step.watch(next_at=NOON)
        step.began_at, step.observed = NOON, {"connected": 3, "most": 5}
        step.save()
    return job


def test_the_live_page_counts_who_is_still_connected_and_lets_a_person_decide(world, draining):
    at = f"/c/meridian/jobs/{draining.pk}/"

    seen = browser(world.approver).get(at).content.decode()
    viewed = browser(factories.a_member(world.customer, "VIEWER", "Vera")).get(at).content.decode()

    assert "3 of 5 are still connected" in seen
    assert "Cut off whoever is still on N1" in seen
    assert "3 of 5 are still connected" in viewed
    assert "Cut off whoever" not in viewed
    assert "Empties" in seen


def test_the_drawn_site_is_for_those_who_may_see_it(world, draining):
    at = f"/c/meridian/sites/{world.site.pk}/topology/"
    other = factories.a_customer("Another")

    member = browser(factories.a_member(world.customer, "VIEWER", "Vera")).get(at)
    stranger = browser(factories.a_member(other, "ADMINISTRATOR", "Sven")).get(at)

    assert member.status_code == 200
    assert "Empties" in member.content.decode()
    assert "3 connected" in member.content.decode()
    assert stranger.status_code == 404
