"""Rehearsals over REST: started, seen, listed, cancelled."""

from tests.upgrades.api.conftest import wish
from tests.upgrades.api.test_jobs import refused
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
