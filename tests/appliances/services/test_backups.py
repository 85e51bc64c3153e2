import hashlib

import pytest
from django.core.files import storage

from appliances.models import Backup
from appliances.services import backups, remote
from portal import tenancy
from portal.models import AuditEvent, EvidenceFile
from portal.services import evidence


def test_a_backup_is_kept_encrypted_with_the_digest_of_its_content(customer, answering):
    appliance = answering()
    progress: list[int] = []

    backup = backups.fetch(appliance, customer.pk, progress=progress.append)

    assert backup.size == progress[-1] > 0
    with tenancy.transaction(customer):
        file = EvidenceFile.objects.get()
        assert file.site_id == appliance.site_id
    with storage.default_storage.open(file.stored_as) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() != backup.sha256
    opened = b"".join(evidence.open_file(file))
    assert hashlib.sha256(opened).hexdigest() == backup.sha256 == file.sha256
    with tenancy.transaction(customer):
        event = AuditEvent.objects.get(name="backup.taken")
        assert event.data["sha256"] == backup.sha256


def test_nothing_is_kept_of_a_backup_that_failed(customer, answering, park):
    appliance = answering()
    park.faults(appliance.host, offline=True)

    with pytest.raises(remote.Trouble):
        backups.fetch(appliance, customer.pk)

    with tenancy.transaction(customer):
        assert not Backup.objects.exists()
        assert not EvidenceFile.objects.exists()


def test_a_worker_that_lost_its_lease_stops(customer, answering):
    def lost(_bytes: int) -> None:
        raise InterruptedError("another worker has the step")

    with pytest.raises(InterruptedError):
        backups.fetch(answering(), customer.pk, progress=lost)

    with tenancy.transaction(customer):
        assert not Backup.objects.exists()


def test_a_backup_larger_than_the_limit_is_not_kept(customer, answering, settings):
    settings.BACKUP_LIMIT = 10

    with pytest.raises(remote.Trouble) as trouble:
        backups.fetch(answering(), customer.pk)
    assert trouble.value.kind == "garbled"


def test_a_backup_is_never_fetched_inside_a_transaction(customer, answering):
    appliance = answering()

    with tenancy.transaction(customer), pytest.raises(RuntimeError):
        backups.fetch(appliance, customer.pk)


@pytest.mark.parametrize(
    ("size", "last", "remark"),
    [
        (100, 0, ""),
        (100, 100, ""),
        (50, 100, ""),
        (49, 100, backups.SMALLER),
        (200, 100, ""),
        (201, 100, backups.LARGER),
    ],
)
def test_an_odd_size_is_remarked(size, last, remark):
    assert backups.remark_on(size, last) == remark
