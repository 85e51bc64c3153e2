"""Rehearsals over REST: started, seen, listed, cancelled."""

from portal import tenancy
from tests.upgrades.api.conftest import wish
from tests.upgrades.api.test_jobs import refused
from tests.upgrades.views.test_rehearsals import delivered, given_up
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import performing


def test_a_program_starts_one_and_reads_its_report(operator, world):
    body = wish(world, target=str(world.packages["12.2.0"].pk), faults=["base-fails"], seed=7)
    made = operator.done(f"sites/{world.site.pk}/rehearsals", body, status=201)
    assert (made["state"], made["seed"], made["outcome"]) == ("WAITING", 7, "")
    assert [fault["name"] for fault in made["faults"]] == ["base-fails"]

    performing.perform(world.customer.pk, made["id"])

    seen = operator.get(f"rehearsals/{made['id']}").json()
    assert (seen["state"], seen["outcome"]) == ("FINISHED", "HALTS")
    assert seen["report"]["stopped"]["base_problem"] is True
    assert "Do not restart the appliance." in seen["report"]["stopped"]["then"][0]
    assert seen["report"]["broken_rules"] == []
    listed = operator.rows("rehearsals")
    assert [row["id"] for row in listed] == [made["id"]]
    assert "report" not in listed[0]
    assert operator.rows(f"rehearsals?digest={made['digest']}") == listed
    assert operator.rows("rehearsals?digest=other") == []


def test_one_can_be_cancelled_once(operator, world):
    made = operator.done(f"sites/{world.site.pk}/rehearsals", wish(world), status=201)

    assert operator.done(f"rehearsals/{made['id']}/cancel")["state"] == "CANCELLED"
    assert operator.post(f"rehearsals/{made['id']}/cancel").status_code == 409


def test_a_fault_that_cannot_happen_is_refused(operator, world):
    answer = operator.post(f"sites/{world.site.pk}/rehearsals", wish(world, faults=["dns-slow"]))

    assert refused(answer) == (409, "no-such-fault")
    assert operator.rows("rehearsals") == []


def test_new_hardware_and_repairs_are_rehearsed_too(operator, world):
    new, job = delivered(world), given_up(world)

    put = operator.done(f"replacements/{new.pk}/rehearsals", {"seed": 3}, status=201)
    mend = operator.done(f"jobs/{job.pk}/repair/rehearsals", {"faults": ["random"]}, status=201)

    assert (put["procedure"], mend["procedure"]) == ("hardware", "repair-clients")
    assert put["seed"] == 3
    assert len(mend["faults"]) >= 1


def test_the_first_window_lies_not_before(operator, world):
    body = wish(world, earliest="2027-01-15T00:00:00Z")
    made = operator.done(f"sites/{world.site.pk}/rehearsals", body, status=201)

    with tenancy.transaction(world.customer):
        row = Rehearsal.objects.get(pk=made["id"])
    assert row.earliest.isoformat() == "2027-01-15T00:00:00+00:00"
