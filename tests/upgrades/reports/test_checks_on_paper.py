"""Checks with who answers for them, and what windows changed, on the run-book and the record."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, Difference, ReadinessCheck, Waiver
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import printed, words

LATER = NOON + timedelta(days=3)


def asked(world, job):
    """A bad answer that the approver answers for, and a good one."""
    with tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        waiver = Waiver.objects.create(
            customer=world.customer, site=world.site, check_name="HEALTH", given_by=world.approver,
            reason="The fan is known <b>.", given_at=NOON, expires_at=NOON + timedelta(days=2),
        )  # fmt: skip
        for name, status, given in (("HEALTH", "BAD", waiver), ("CLOCK", "GOOD", None)):
            ReadinessCheck.objects.create(
                customer=world.customer, site=world.site, appliance=box, job_id=job.pk, name=name,
                status=status, blocks=True, waiver=given, observed="+2 s", taken_at=NOON,
                valid_until=NOON + timedelta(hours=1),
            )  # fmt: skip


def changed(world, job):
    with tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        plain = {"customer": world.customer, "appliance": box, "job_id": job.pk, "window": 1}
        Difference.objects.create(
            **plain, key="users", before=9, after=3, beyond=True, tolerance=0, found_at=NOON,
            acknowledged_at=NOON, acknowledged_by=world.operator, remark="They left us.",
        )  # fmt: skip
        Difference.objects.create(
            **plain, key="version", before="12.1", after="12.2.0", expected=True, found_at=NOON
        )
        Difference.objects.create(
            **plain, key="teams", before=4, after=1, beyond=True, found_at=NOON
        )


@pytest.mark.parametrize("which", ["record", "runbook"])
def test_who_answers_for_a_check_stands_beside_it(world, running, which):
    asked(world, running)

    told = words(printed(world, running, which, at=LATER))

    assert "It reports good health A bad" in told
    assert "Jana Vesela answers for it until Wed 25 Nov 2026 15:00" in told
    assert "The fan is known <b>." in told  # a text stays a text
    assert ("1 check was good when it was last asked." in told) is (which == "runbook")


def test_the_record_lists_what_the_windows_changed_and_who_looked(world, running):
    changed(world, running)

    told = words(printed(world, running, "record", at=LATER))

    assert "Users 9 3 looked at (0 %) Jan Novak: They left us." in told
    assert "Product version 12.1 12.2.0 as was to be" in told
    assert "Teams 4 1 not looked at yet" in told


def test_looking_at_a_difference_makes_another_record(world, running):
    changed(world, running)
    before = printed(world, running, "record", at=LATER)
    with tenancy.transaction(world.customer):
        Difference.objects.filter(key="teams").update(
            acknowledged_at=NOON, acknowledged_by=world.operator
        )

    assert printed(world, running, "record", at=LATER).digest != before.digest
