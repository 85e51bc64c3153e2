"""Synchronous and asynchronous side by side for this very site, before the choice."""

import re

import pytest

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades import pairs
from tests.upgrades.views.conftest import browser
from upgrades.models import UpgradeJob
from upgrades.services import jobs


@pytest.fixture
def pair(catalogue):
    return pairs.a_pair(catalogue, swing="DNS")


def shown(world, user=None, **given):
    path = f"/c/meridian/sites/{world.site.pk}/plan/"
    target = str(world.packages["12.2.0"].pk)
    answer = browser(user or world.agent).get(path, {"target": target, **given})
    assert answer.status_code == 200
    return answer.context["compare"], " ".join(answer.content.decode().split())


def cells(compare, title):
    row = next(row for row in compare["rows"] if row["title"] == title)
    keys = [column["key"] for column in compare["columns"]]
    return dict(zip(keys, row["cells"], strict=True))


def test_every_row_that_decides_stands_there_for_both(pair):
    compare, content = shown(pair)

    network = cells(compare, "The network people")
    assert network["pair-synchronous"]["text"] == "have nothing to do"
    assert network["pair-asynchronous"]["text"] == "Point the DNS record to B"
    failing = cells(compare, "If a base update fails")
    assert failing["pair-synchronous"]["text"] == "on Alpha: the site is down until support helps"
    assert failing["pair-synchronous"]["detail"].startswith("on Beta: the site stays up")
    assert failing["pair-asynchronous"]["text"].startswith("on Beta, Alpha: the site stays up")
    primary = cells(compare, "Primary afterwards")
    assert primary["pair-synchronous"]["text"] == "Alpha"
    assert primary["pair-asynchronous"]["text"] == "Beta"
    assert "for good" in primary["pair-asynchronous"]["detail"]
    for cell in cells(compare, "Without failover").values():
        assert re.search(r"\d", cell["big"])
        assert re.fullmatch(r"expected, .*\d.* at worst", cell["text"])
    assert "Recommended for this site" in content


def test_the_recommendation_is_asynchronous_where_a_base_update_is_in_the_plan(pair):
    compare, _content = shown(pair)

    assert compare["advice"]["title"] == "Asynchronous upgrade of a failover pair"
    assert any("stays up" in reason for reason in compare["advice"]["reasons"])
    marked = [c["key"] for c in compare["columns"] if c["detail"]]
    assert marked == ["pair-asynchronous"]


def test_exchanged_roles_are_said_on_the_plan_of_that_method_only(pair):
    _compare, synchronous = shown(pair, procedure="pair-synchronous")
    _compare, asynchronous = shown(pair, procedure="pair-asynchronous")

    assert "The roles stay exchanged" in asynchronous
    assert "The roles stay exchanged" not in synchronous


def test_exchanged_roles_are_said_on_the_page_of_the_job(pair, noon):
    for procedure, said in (("pair-asynchronous", True), ("pair-synchronous", False)):
        with tenancy.transaction(pair.customer):
            job = jobs.draft(
                pair.site, pair.packages["12.2.0"], procedure=procedure, method="automatic",
                by=pair.agent, at=NOON,
            )  # fmt: skip
            jobs.submit(job, by=pair.agent, at=NOON)
        content = browser(pair.approver).get(f"/c/meridian/jobs/{job.pk}/").content.decode()
        with tenancy.transaction(pair.customer):
            job = UpgradeJob.objects.get(pk=job.pk)
            jobs.cancel(job, by=pair.agent, reason="Only looked at.", at=NOON)
        assert ("stay exchanged at the end" in content) is said


def test_a_single_site_has_nothing_of_failover_to_compare(world):
    compare, content = shown(world)

    assert "Without failover" not in [row["title"] for row in compare["rows"]]
    assert compare["advice"] is None
    assert "Recommended for this site" not in content


def test_who_may_not_draft_does_not_see_it(pair):
    viewer = factories.a_member(pair.customer, "VIEWER", "Vera Blum")
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR", "Otto Fremd")
    path = f"/c/meridian/sites/{pair.site.pk}/plan/"

    assert browser(viewer).get(path).status_code == 403
    assert browser(stranger).get(path).status_code == 404
