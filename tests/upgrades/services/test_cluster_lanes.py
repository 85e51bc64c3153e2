"""Nodes in lanes side by side: several in flight at once, each waiting for its own lane only."""

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.clusters import a_cluster
from tests.upgrades.driving import drive, step_of, turn
from tests.upgrades.services.test_story import approved
from tests.upgrades.views.conftest import browser
from upgrades.models import JobStep

NODES = ("N1", "N2", "N3")


def states(world, job, action, **more):
    with tenancy.transaction(world.customer):
        rows = JobStep.objects.filter(job=job, action=action, **more).select_related("appliance")
        return {row.appliance.letter: row.state for row in rows if row.appliance}


def test_nodes_are_emptied_and_upgraded_side_by_side_and_the_page_shows_it(catalogue, park):
    world = a_cluster(catalogue, park, {"east": 6})
    job = approved(world, target="12.2.0", procedure="atlas")
    drains = lambda: states(world, job, "drain", role="each-offline-node")  # noqa: E731
    installs = lambda: states(world, job, "install_product")  # noqa: E731

    at = drive(world, job, park, at=NOON, until=lambda: "WATCHING" in drains().values())
    assert drains() == dict.fromkeys(NODES, "WATCHING")
    page = browser(world.operator).get(f"/c/meridian/jobs/{job.pk}/").content.decode()
    assert page.count("are still connected") >= len(NODES)
    assert page.count("Empties") >= len(NODES)

    at = drive(
        world, job, park, at=at, until=lambda: installs()["N1"] == "ASKING",
        leave=lambda step: step.action == "install_product",
    )  # fmt: skip
    assert {letter: installs()[letter] for letter in NODES} == dict.fromkeys(NODES, "ASKING")
    with clock.at(at):
        for letter in NODES:
            operator.act(world, step_of(world, job, "install_product", letter), park)
    in_flight = installs()
    assert {in_flight[letter] for letter in NODES} == {"VERIFYING"}
    assert {in_flight[letter] for letter in ("N4", "N5", "N6", "A")} == {"PLANNED"}

    turn(park, at)

    assert {installs()[letter] for letter in NODES} == {"DONE"}
