"""Plans that are no upgrade are rehearsed too: new hardware (G-HW), and repairs."""

import pytest

from appliances.models import Appliance
from appliances.services import production, replacements
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.services.rehearsals.sites import world_of
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.services import repairing, replacing
from upgrades.services.rehearsals import asking, performing, reporting


def delivered(world, letter="A", *, physical=True):
    """A replacement that waits at the site."""
    with tenancy.transaction(world.customer):
        old = world.site.appliances.get(letter=letter)
        return replacements.register(
            old, name="New one", host="new.meridian.sim", physical=physical, serial="NEW0001",
            base_version="3.2.4", by=world.agent, at=NOON,
        )  # fmt: skip


def given_up(world, **left):
    """A job that was abandoned and left these words at these letters."""
    with tenancy.transaction(world.customer):
        keys = {box.letter: str(box.pk) for box in world.site.appliances.all()}
        return UpgradeJob.objects.create(
            customer=world.customer, number=7, site=world.site, procedure="single",
            target=world.packages["12.2.0"], requested_by=world.agent, made_at=NOON,
            started_at=NOON, ended_at=NOON, state="ABANDONED", left_behind=list(left),
            left_state={word: [keys[one] for one in letters] for word, letters in left.items()},
        )  # fmt: skip


def rehearsed(world, *wishes, target, procedure, **more):
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            row = asking.ask(
                world.site, target, procedure=procedure, method="automatic", wishes=wishes,
                seed=3, by=world.agent, at=NOON, ring=False, **more,
            )  # fmt: skip
        return performing.perform(world.customer.pk, row.pk)


def hardware(world, new, *wishes):
    with tenancy.transaction(world.customer):
        fresh = Appliance.known.select_related("site", "replaces").get(pk=new.pk)
        page, target = replacing.procedure_for(world.site), replacing.release_of(fresh.replaces)
    return rehearsed(world, *wishes, target=target, procedure=page.name, replacement=fresh)


def repair(world, job):
    with tenancy.transaction(world.customer):
        fresh = UpgradeJob.objects.select_related("site").get(pk=job.pk)
        page, target = repairing.procedure_for(fresh), repairing.target_of(fresh)
    return rehearsed(world, target=target, procedure=page.name, repairs=fresh)


def arrived(row):
    assert row.state == Rehearsal.State.FINISHED, row.reason
    assert row.outcome == Rehearsal.Outcome.ARRIVES, str(row.report["stopped"])
    assert reporting.broken(row.report) == []
    assert {step["state"] for step in row.report["steps"]} == {"DONE"}


def as_before(world, boxes):
    """Nothing of the real site was touched."""
    with tenancy.transaction(world.customer):
        assert list(Appliance.known.order_by("pk").values()) == boxes


def rows(world):
    with tenancy.transaction(world.customer):
        return list(Appliance.known.order_by("pk").values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "letter", "procedure"),
    [("SINGLE", "A", "hardware"), ("PAIR", "B", "hardware-backup")],
)
@pytest.mark.parametrize("physical", [True, False])
def test_new_hardware_takes_its_place(catalogue, shape, letter, procedure, physical):
    world = world_of(catalogue, shape)
    new = delivered(world, letter, physical=physical)
    boxes = rows(world)

    row = hardware(world, new)

    assert row.procedure == procedure
    arrived(row)
    as_before(world, boxes)


@pytest.mark.slow
def test_a_base_update_of_the_new_one_fails(catalogue):
    """G-PREP-12 on a box that nobody is served by yet: it halts, and the site stays up."""
    world = world_of(catalogue, "SINGLE")
    with tenancy.transaction(world.customer):
        old = world.site.appliances.get(letter="A")
        old.product_version, old.base_version = "12.2.0", "3.3.2"
        old.save()
    new = delivered(world)

    row = hardware(world, new, "base-fails")

    assert (row.outcome, row.report["stopped"]["base_problem"]) == ("HALTS", True)
    assert row.report["downtime"]["minutes"] == 0
    stopped = row.report["steps"][row.report["stopped"]["seq"] - 1]
    assert (stopped["action"], stopped["letter"]) == ("install_base", new.letter)


@pytest.mark.slow
def test_failover_is_restored(catalogue):
    world = world_of(catalogue, "PAIR")
    job = given_up(world, **{"failover-broken": "AB", "jump-client-limit-lowered": "A"})
    with tenancy.transaction(world.customer):
        production.part(world.site.pk, at=NOON)

    row = repair(world, job)

    assert row.procedure == "repair-failover"
    arrived(row)
    assert "establish_failover" in {step["action"] for step in row.report["steps"]}


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["CLUSTER", "CLUSTER_WITH_FAILOVER"])
def test_nodes_are_brought_back(catalogue, shape):
    world = world_of(catalogue, shape)
    job = given_up(world, **{"nodes-not-accepting": ["N1", "N3"]})
    with tenancy.transaction(world.customer):
        nodes = world.site.appliances.filter(letter__in=["N1", "N3"])
        nodes.update(accepting=False)

    row = repair(world, job)

    assert row.procedure == "repair-nodes"
    arrived(row)
    assert "start_accepting" in {step["action"] for step in row.report["steps"]}


@pytest.mark.slow
def test_clients_are_installed_again(catalogue):
    world = world_of(catalogue, "SINGLE")
    job = given_up(world, **{"clients-removed": "A", "installers-invalid": "A"})

    row = repair(world, job)

    assert row.procedure == "repair-clients"
    arrived(row)
    assert "reinstall_clients" in {step["action"] for step in row.report["steps"]}
