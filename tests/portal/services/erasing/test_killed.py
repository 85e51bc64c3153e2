"""A worker dies at every stage: the next one goes on, and it comes to the same."""

import signal
from datetime import timedelta
from pathlib import Path

from portal import tenancy
from portal.models import EvidenceFile
from portal.services import audit_trail, customers, evidence
from portal.services.erasing import carrying_out, tables
from tests import filled
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import DUE
from tests.upgrades import processes

BEFORE, AFTER = (
    ("ERASING", "ROWS", "ROWS", "FILES", "LETTERS", "TOLD"),
    ("PEOPLE", "NAMES", "ERASED"),
)


def killed(park, point, at):
    process = processes.python(
        "-m", "tests.doomed_erasure", str(park.leaving.pk), point, at.isoformat()
    )
    return process.wait(90) == -signal.SIGKILL


def test_it_is_killed_at_every_stage_and_comes_to_its_end(park, settings):
    settings.MEDIA_ROOT = Path(settings.STATE) / "files"  # as the worker knows it
    with tenancy.transaction(park.leaving):
        kept = evidence.keep(
            [b"NSB"], kind=EvidenceFile.Kind.BACKUP, name="a.nsb", subject=customers.current(),
            by=None, at=NOON,
        )  # fmt: skip
    park.asked_and_confirmed()
    before = filled.everything(but=park.leaving)

    for point in BEFORE:
        assert killed(park, point, DUE), point
    assert park.carry_out().stage == "LETTERS"
    at = DUE + timedelta(days=2)  # the last mails had their day
    for point in AFTER:
        assert killed(park, point, at), point
    with tenancy.transaction(park.leaving):
        assert carrying_out.asking.current().state == "ERASING"
        assert audit_trail.verify(park.leaving).holds

    done = carrying_out.carry_out(park.leaving.pk, at)

    assert done.state == "ERASED"
    with tenancy.transaction(park.leaving):
        assert not carrying_out.any_row()
    assert all(done.counts[model._meta.label] for model in tables.owned())
    assert done.counts["portal.EvidenceFile"] == 2
    assert not evidence.default_storage.exists(kept.stored_as)
    assert done.people == {"gone": 1, "member": 1}
    assert audit_trail.verify(park.leaving).holds
    assert audit_trail.verify_platform().holds
    after = filled.everything(but=park.leaving)
    assert after["upgrades_upgradejob"] == before["upgrades_upgradejob"] != []
