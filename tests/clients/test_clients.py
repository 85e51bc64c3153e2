"""The examples of clients do what they say, against a server that answers over HTTP."""

import os
import subprocess
from pathlib import Path

import pytest

from portal import tenancy
from tests.clients.changeover import Changeover, Problem
from tests.clients.integration import tried_on_the_bench, work
from tests.upgrades.operator import PIXEL

SCRIPT = Path(__file__).parent / "confirm_step.sh"
EVIDENCE = '{"tested": "lab", "remarks": "nightly run 81"}'


@pytest.fixture
def key(operator):
    return operator.headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def portal(live_server, key):
    return Changeover(live_server.url, key)


def curl(live_server, key, *words):
    variables = {**os.environ, "PORTAL": live_server.url, "KEY": key}
    return subprocess.run(
        ["sh", str(SCRIPT), *words], env=variables, capture_output=True, text=True, check=False
    )


def test_a_step_is_done_with_nothing_but_curl(live_server, key, asking, portal):
    done = curl(live_server, key, "test_elsewhere", EVIDENCE)

    assert (done.returncode, done.stdout.strip()) == (0, "DONE"), done.stderr
    step = portal.get(f"steps/{asking.pk}")
    assert (step["state"], step["evidence"]["remarks"]) == ("DONE", "nightly run 81")


def test_curl_says_what_was_refused_and_why(live_server, key, asking):
    wrong = curl(live_server, key, "test_elsewhere", '{"tested": "perhaps"}')
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert '"code":"bad-evidence"' in wrong.stderr
    assert curl(live_server, key, "nothing_such", EVIDENCE).returncode == 3


@pytest.mark.usefixtures("asking")
def test_an_integration_does_what_it_knows(portal, asking):
    assert work(portal, {"something_else": tried_on_the_bench}) == []
    assert work(portal, {"test_elsewhere": tried_on_the_bench}) == [str(asking.pk)]
    evidence = portal.get(f"steps/{asking.pk}")["evidence"]
    assert evidence["remarks"] == "nightly run, for Support desk"
    assert work(portal, {"test_elsewhere": tried_on_the_bench}) == []


def test_what_an_integration_cannot_do_is_held_with_the_reason(portal, asking):
    def fails(step, tell):
        raise OSError("the bench is switched off")

    assert work(portal, {"test_elsewhere": fails}) == []
    step = portal.get(f"steps/{asking.pk}")
    assert (step["state"], step["reason"]) == ("HELD", "the bench is switched off")


def test_the_client_turns_pages_uploads_and_tells_problems(world, portal, asking, tmp_path):
    found = [row["id"] for row in portal.rows("steps", limit=5)]
    with tenancy.transaction(world.customer):
        every = {str(pk) for pk in asking.job.steps.values_list("pk", flat=True)}
    assert len(every) > 10, "more than two pages"
    assert sorted(found) == sorted(every)
    picture = tmp_path / "basics.png"
    picture.write_bytes(PIXEL)
    assert portal.upload(f"steps/{asking.pk}/evidence", picture)
    with pytest.raises(Problem) as refused:
        portal.post(f"steps/{asking.pk}/confirm", {"evidence": {}})
    assert (refused.value.status, refused.value.code) == (400, "bad-evidence")
    assert "evidence.tested" in refused.value.errors
