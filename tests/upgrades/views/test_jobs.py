from pathlib import Path

import pytest

from tests.upgrades.views.conftest import address, browser


def test_a_member_reads_a_proposal(world, proposed):
    response = browser(world.approver).get(address(world, proposed))

    assert response.status_code == 200
    Path("/tmp/p.html").write_bytes(response.content)


def test_running(world, running, put):
    put("ASKING")
    response = browser(world.operator).get(address(world, running))
    Path("/tmp/r.html").write_bytes(response.content)
    assert response.status_code == 200
    response = browser(world.operator).get(address(world, running, "live/"))
    Path("/tmp/l.html").write_bytes(response.content)
    assert response.status_code == 200


def test_locked(world, locked):
    response = browser(world.operator).get(address(world, locked))
    assert response.status_code == 200
    Path("/tmp/k.html").write_bytes(response.content)


@pytest.mark.parametrize("path", ["/now/", "/jobs/", "/c/meridian/", "/c/meridian/jobs/"])
def test_lists(world, running, put, path):
    put("ASKING")
    response = browser(world.agent).get(path)
    assert response.status_code == 200


def test_site(world, proposed):
    response = browser(world.agent).get(f"/c/meridian/sites/{world.site.pk}/")
    assert response.status_code == 200
    assert b"Next four weeks" in response.content


def test_plan(world):
    response = browser(world.agent).get(f"/c/meridian/sites/{world.site.pk}/plan/")
    assert response.status_code == 200
    Path("/tmp/plan.html").write_bytes(response.content)
