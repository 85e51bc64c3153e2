"""Clusters over REST: which nodes go first, the word, and whom a step is about."""

import pytest

from portal import tenancy
from tests.upgrades.api.conftest import wish
from tests.upgrades.api.test_jobs import refused
from tests.upgrades.services.test_halves import a_cluster, ids
from upgrades.models import JobStep


@pytest.fixture
def world(catalogue):
    return a_cluster(catalogue, {"east": 2, "west": 2})


def chosen(world, *letters):
    return wish(world, target=str(world.packages["12.2.0"].pk), procedure="atlas-failover",
                offline=[str(pk) for pk in ids(world, *letters)])  # fmt: skip


def test_a_preview_takes_the_nodes_that_go_first(operator, world):
    seen = operator.done(f"sites/{world.site.pk}/path", chosen(world, "N1", "N2"))

    assert seen["plan"]["offline"] == ["Atlas N1", "Atlas N2"]
    assert seen["plan"]["dark"] == ["east", "west"]
    assert operator.rows("jobs") == []


def test_a_node_that_is_none_of_the_sites_is_refused(operator, world):
    body = chosen(world) | {"offline": ["00000000-0000-4000-8000-000000000001"]}

    assert refused(operator.post(f"sites/{world.site.pk}/path", body)) == (409, "cannot-plan")


def test_without_the_word_a_region_in_the_dark_is_not_approved(operator, approver, world):
    body = chosen(world, "N1", "N2") | {"site": str(world.site.pk)}
    job = operator.done("jobs", body, status=201)
    job = operator.done(f"jobs/{job['id']}/submit")
    digest = {"digest": job["plan"]["digest"]}

    assert refused(approver.post(f"jobs/{job['id']}/approve", digest)) == (400, "needs-word")
    done = approver.done(f"jobs/{job['id']}/approve", digest | {"word": True})

    assert done["state"] == "SCHEDULED"
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(job_id=job["id"], action="stop_accepting")
    about = operator.get(f"steps/{step.pk}").json()["about"]
    assert [one["letter"] for one in about] == ["N1", "N2"]
    assert {one["host"] for one in about} == {"n1.atlas.sim", "n2.atlas.sim"}
