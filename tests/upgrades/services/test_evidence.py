"""What a person uploads for a step is kept as what it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appliances import actions as do
from portal import tenancy
from portal.models import EvidenceFile
from tests.conftest import NOON
from tests.upgrades.operator import picture
from tests.upgrades.services.test_story import approved
from upgrades.services import evidence

LIST = SimpleUploadedFile("clients.csv", b"Name,Status\nTill 7,2026-11-20\n", "text/csv")
BACKUP = SimpleUploadedFile("a.nsb", bytes(range(256)) * 8, "image/png")


@pytest.mark.parametrize(
    ("action", "field", "upload", "kind"),
    [
        (do.BACK_UP, "file", BACKUP, "BACKUP"),
        (do.REMOVE_CLIENTS, "list", LIST, "DOCUMENT"),
        (do.INSTALL_BASE, "picture", picture(), "PICTURE"),
    ],
)
def test_a_file_is_kept_as_what_it_is_and_for_its_site_alone(
    world, noon, action, field, upload, kind
):
    """A backup is sealed under the customer's key, so that only who may fetch backups can."""
    job = approved(world)
    values = {
        "file_name": "a.nsb", "sha256": "ab" * 32, "size_kb": 2, "kept_at": "the safe",
        "jump_clients": 3, "list_kept_at": "the safe", "none_left": True, "base_version": "4.0.1",
    }  # fmt: skip
    known = {each.name for each in action.evidence_fields}

    with tenancy.transaction(world.customer):
        step = job.steps.select_related("job").first()
        step.action = action.name
        upload.seek(0)
        kept = evidence.read(
            step, action, {name: said for name, said in values.items() if name in known},
            {field: upload}, by=world.operator, at=NOON,
        )  # fmt: skip
        file = EvidenceFile.objects.get(pk=kept[field])

    assert (file.kind, file.site_id) == (kind, world.site.pk)
    assert bool(file.key_id) == (kind == "BACKUP")
