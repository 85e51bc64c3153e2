"""New hardware for the backup of a pair, by the real runner over HTTP (G-HW, G-SYNC-7 to 10)."""

import pytest

from appliances.models import ReadinessCheck
from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import operator, pairs, repairs
from tests.upgrades.hardware import HOST, a_replacement, approved, known, the_return
from tests.upgrades.pairs import A, B
from tests.upgrades.services.test_story import states
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs, repairing, steps
from upgrades.services.not_planned import NotAsPlanned


@pytest.fixture
def pair(catalogue, park):
    world = pairs.a_pair(catalogue)
    pairs.play(park, world)
    return world


def test_the_backup_is_exchanged_while_the_primary_serves(pair, park):
    new = a_replacement(pair, park, letter="B")
    job = approved(pair, new)

    operator.run_to_the_end(pair, job, park, at=NOON, turns=600)

    with tenancy.transaction(pair.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert (found.state, found.procedure) == ("DONE", "hardware-backup"), states(pair, job)
        assert (found.downtime_expected, found.downtime_worst) == (0, 0)
        new = known(new)
        assert (new.place, new.letter, new.product_version) == ("IN_PLACE", "B", "12.1")
        assert (new.replaces.place, new.replaces.failover_role) == ("LEFT", "NONE")
        assert new.guid == park.truth(HOST)["guid"]
        assert pairs.roles(pair) == {"A": "PRIMARY", "B": "BACKUP"}
        names = set(AuditEvent.objects.filter(job_id=job.pk).values_list("name", flat=True))
        assert {"appliance.replaced", "return.opened"} <= names
    alpha, fresh, old = park.truth(A), park.truth(HOST), park.truth(B)
    assert alpha["serves"]
    assert (alpha["failover_role"], alpha["peer"]) == ("primary", HOST)
    assert (fresh["failover_role"], fresh["peer"]) == ("backup", A)
    assert len(fresh["jump_clients"]) == len(alpha["jump_clients"]) == 6
    assert (old["failover_role"], old["powered"], old["was_reset"]) == ("none", False, True)
    row = the_return(pair)
    assert (row.state, row.appliance_id, row.replacement_id) == (
        "IN_TRANSIT", new.replaces_id, new.pk,
    )  # fmt: skip


def asked_for_builds(world, step):
    """The step that compares builds, asked of a person: the new one has no account yet."""
    with tenancy.transaction(world.customer):
        return JobStep.objects.select_related("job__site", "appliance", "package").get(pk=step.pk)


def test_builds_that_a_person_reads_must_be_those_of_the_primary(pair, park):
    """The new one answers to nobody before its first sync: what is typed is held against what
    is known of the primary."""
    job = approved(pair, a_replacement(pair, park, letter="B"))
    at = operator.run_to_the_end(pair, job, park, at=NOON, before="check_builds")
    (step,) = [one for one in operator.asking(pair, job) if one.action == "check_builds"]

    with pytest.raises(NotAsPlanned) as refusal, tenancy.transaction(pair.customer):
        steps.confirm(
            asked_for_builds(pair, step), files={}, by=pair.operator, at=at,
            values={"product_version": "12.2.0", "build": "12345"},
        )  # fmt: skip

    assert "product_version" in refusal.value.fields
    assert park.truth(A)["peer"] is None
    with tenancy.transaction(pair.customer):
        assert JobStep.objects.get(pk=step.pk).state == "ASKING"


def test_given_up_after_the_joining_it_is_planned_again_and_done(pair, park):
    """The site stands on the primary and the new one by then: both are asked whether they are
    ready, the old one counts no more, and nothing is set up, broken or joined twice."""
    new = a_replacement(pair, park, letter="B")
    job, at = repairs.abandoned(pair, approved(pair, new), park, "verify_by_hosts_file")
    assert job.left_behind == ["replacement-unconfirmed"]

    again = approved(pair, new, at=at)
    operator.run_to_the_end(pair, again, park, at=at, turns=600)

    done = repairs.actions(pair, again)
    with tenancy.transaction(pair.customer):
        found = UpgradeJob.objects.get(pk=again.pk)
        assert (found.state, found.left_behind) == ("DONE", []), states(pair, again)
        assert pairs.roles(pair) == {"A": "PRIMARY", "B": "BACKUP"}
        assert (known(new).place, known(new).letter) == ("IN_PLACE", "B")
        (roles,) = ReadinessCheck.objects.filter(job_id=again.pk, name="PAIR_ROLES")
        assert (roles.status, roles.observed) == ("GOOD", "A primary, R1 backup")
    assert done[0] == "check_readiness"
    assert not {"set_up", "break_failover", "establish_failover", "sync_now"} & set(done)
    effects = [one["name"] for one in park.truth(A)["effects"]]
    assert effects.count("establish_failover") == 1
    assert park.truth(HOST)["peer"] == A


def test_no_upgrade_begins_while_a_replacement_that_was_joined_waits(pair, park):
    """It would be planned upon the old one, which the primary has left."""
    new = a_replacement(pair, park, letter="B")
    _job, at = repairs.abandoned(pair, approved(pair, new), park, "verify_by_hosts_file")

    with pytest.raises(repairing.LeftBehind), tenancy.transaction(pair.customer):
        jobs.draft(
            pair.site, pair.packages["12.2.0"], procedure="pair-synchronous",
            method="automatic", by=pair.agent, at=at,
        )  # fmt: skip
