"""New hardware leading into the return of the old one, by the real runner (G-HW, G-RMA)."""

import pytest

from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.hardware import HOST, a_replacement, approved, known, the_return
from tests.upgrades.services.test_story import states
from upgrades.models import UpgradeJob

LAST = {(True, True): "IN_TRANSIT", (True, False): "IN_TRANSIT", (False, True): "DELETED"}


@pytest.mark.parametrize(("old_physical", "physical"), LAST)
def test_the_new_one_takes_the_place_and_the_old_one_leaves(
    world, answering, old_physical, physical
):
    new = a_replacement(world, answering, physical=physical, old_physical=old_physical)
    job = approved(world, new)

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        new = known(new)
        assert (new.place, new.letter, new.product_version) == ("IN_PLACE", "A", "12.1")
        assert [box.pk for box in world.site.appliances.all()] == [new.pk]
        assert (new.replaces.place, new.replaces.letter) == ("LEFT", "A")
        assert new.guid == answering.truth(HOST)["guid"] != new.replaces.guid
        kept = found.steps.get(action="compare_counts")
        assert kept.evidence["jump_clients"] == 12
        names = set(AuditEvent.objects.filter(job_id=job.pk).values_list("name", flat=True))
        assert {"appliance.replaced", "return.opened", "return.moved"} <= names
    row = the_return(world)
    assert row.state == LAST[old_physical, physical]
    assert (row.led_by_job, row.job_label) == (False, job.label)
    truth, old = answering.truth(HOST), answering.truth("a.meridian.sim")
    assert truth["serves"]
    assert len(truth["jump_clients"]) == 12
    effects = [effect["name"] for effect in truth["effects"]]
    order = ["import_certificate", "assign_ip", "accept_eula", "install_product", "change_login",
             "restore_backup"]  # fmt: skip
    assert list(dict.fromkeys(name for name in effects if name in order)) == order
    assert not old["powered"]
    assert old["was_reset"] is old_physical
