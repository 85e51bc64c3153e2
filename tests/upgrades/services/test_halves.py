"""Which nodes go off line first: proposed by region, changed by a person, and the customer's word
where a region is left no node accepts connections in: east, west (G-RULE-7)."""

import pytest

from portal import clock, tenancy
from portal.errors import Refused
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades.clusters import PUBLIC, boxes
from tests.upgrades.conftest import a_world
from upgrades.models import UpgradeJob
from upgrades.services import jobs, planning


def a_cluster(catalogue, regions, *, failover=True, minutes=960):
    shape = "CLUSTER_WITH_FAILOVER" if failover else "CLUSTER"
    given = boxes(regions, failover=failover)
    return a_world(catalogue, *given, minutes=minutes, shape=shape, public_name=PUBLIC)


def ids(world, *letters):
    with tenancy.transaction(world.customer):
        return [box.pk for box in world.site.appliances.filter(letter__in=letters)]


def submitted(world, offline=None, *, procedure="atlas-failover"):
    with clock.at(NOON), tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["12.2.0"], procedure=procedure, method="automatic",
            by=world.agent, at=NOON, offline=offline,
        )  # fmt: skip
        return jobs.submit(job, by=world.agent, at=NOON)


def approve(world, job, by=None, **given):
    with clock.at(NOON), tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        return jobs.approve(found, by=by or world.approver, at=NOON, **given)


def drained(world, job):
    with tenancy.transaction(world.customer):
        rows = job.steps.filter(action="drain").in_order()
        return [(step.role, step.appliance.letter) for step in rows.select_related("appliance")]


def test_half_of_each_region_is_proposed_and_needs_no_word(catalogue):
    world = a_cluster(catalogue, {"east": 2, "west": 3})

    job = submitted(world)

    first = [letter for role, letter in drained(world, job) if role == "each-offline-node"]
    assert first == ["N1", "N3"]
    assert job.plan["dark"] == []
    assert approve(world, job).state == "SCHEDULED"


def test_a_person_chooses_other_nodes_and_the_steps_follow(catalogue):
    world = a_cluster(catalogue, {"east": 2, "west": 2})

    job = submitted(world, ids(world, "N2", "N4"))

    assert [pair for pair in drained(world, job) if pair[0] == "each-offline-node"] == [
        ("each-offline-node", "N2"), ("each-offline-node", "N4"),
    ]  # fmt: skip
    with tenancy.transaction(world.customer):
        about = job.steps.get(action="stop_accepting").about_ids
    assert sorted(about) == sorted(ids(world, "N2", "N4"))


def test_a_region_without_a_node_needs_the_customers_word(catalogue):
    world = a_cluster(catalogue, {"east": 2, "west": 2})
    job = submitted(world, ids(world, "N1", "N2"))
    assert (job.plan["dark"], job.plan["all_dark"]) == (["east", "west"], False)

    with pytest.raises(Refused) as refusal:
        approve(world, job)
    assert (refusal.value.code, list(refusal.value.fields)) == ("needs-word", ["word"])
    with pytest.raises(Refused) as refusal:
        approve(world, job, word=True, by=world.agent)
    assert str(refusal.value) == "Only somebody of the customer can give this word."

    done = approve(world, job, word=True)

    assert (done.state, done.word_by, done.word_at) == ("SCHEDULED", world.approver, NOON)
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(job_id=job.pk, name="job.approved")
        assert event.data["word_for"] == ["east", "west"]
        letters = Message.objects.filter(kind="upgrade_proposed").values_list(
            "body_text", flat=True
        )
        assert any(
            "no node accepts connections in: east, west" in " ".join(each.split())
            for each in letters
        )


def test_one_node_means_the_whole_cluster_is_away_and_is_not_refused(catalogue):
    world = a_cluster(catalogue, {"east": 1}, minutes=20 * 60)

    job = submitted(world)

    assert (job.plan["offline"], job.plan["dark"], job.plan["all_dark"]) == ([], ["east"], True)
    assert job.downtime_expected > 60


def test_the_word_is_for_the_very_choice_that_was_read(catalogue):
    """Other nodes are another fingerprint: who read the one does not agree to the other."""
    world = a_cluster(catalogue, {"east": 3, "west": 1})
    read = submitted(world).plan["digest"]
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.update(offline_ids=ids(world, "N2", "N4"))
        job = UpgradeJob.objects.get()
        jobs.withdraw(job, by=world.agent, at=NOON)
        with clock.at(NOON):
            jobs.submit(job, by=world.agent, at=NOON)

    with pytest.raises(Refused) as refusal:
        approve(world, job, digest=read, word=True)

    assert refusal.value.code == "outside-approval"


@pytest.mark.parametrize(
    ("letters", "said"),
    [(("N1", "N2", "N3"), "More than half"), (("A",), "Not a traffic node"), ((), "Nothing would")],
)
def test_what_cannot_be_a_half_is_refused(catalogue, letters, said):
    world = a_cluster(catalogue, {"east": 2, "west": 2})

    with pytest.raises(Refused) as refusal:
        submitted(world, ids(world, *letters))

    assert said in str(refusal.value)


def test_an_appliance_of_somebody_else_is_nobody_here(catalogue):
    world = a_cluster(catalogue, {"east": 2, "west": 2})
    stranger = "00000000-0000-4000-8000-000000000001"

    with pytest.raises(planning.CannotBePlanned) as refusal:
        submitted(world, [stranger])

    assert "Not a traffic node" in str(refusal.value)
