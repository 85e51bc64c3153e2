"""What an appliance looks like where it stands."""

import io

import pytest
from PIL import Image

from appliances.services import appearance
from portal import tenancy
from portal.models import AuditEvent, EvidenceFile
from portal.services import evidence, filetypes
from tests import factories
from tests.conftest import NOON

GPS = 0x8825


def picture(kind="JPEG", size=(3000, 1500)):
    image = Image.new("RGB", size, (20, 90, 40))
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (41.0, 0.0, 0.0)}
    written = io.BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def test_it_is_kept_upright_small_and_without_where_it_was_taken(customer, appliance):
    person = factories.a_member(customer, "ADMINISTRATOR")
    with tenancy.transaction(customer):
        kept = appearance.photograph(appliance, [picture()], by=person, at=NOON)

        appliance.refresh_from_db()
        assert appliance.photograph_id == kept.pk
        assert (kept.subject_id, kept.site_id) == (appliance.pk, appliance.site_id)
        with Image.open(io.BytesIO(b"".join(evidence.open_file(kept)))) as seen:
            assert (seen.format, max(seen.size), dict(seen.getexif())) == ("JPEG", 2400, {})
    with tenancy.transaction(customer):
        event = AuditEvent.objects.get(name="appliance.photographed")
        assert (event.subject_id, event.actor_id) == (appliance.pk, person.pk)
        assert event.data == {"sha256": kept.sha256}


def test_the_one_before_stays_among_the_evidence(customer, appliance):
    with tenancy.transaction(customer):
        first = appearance.photograph(appliance, [picture()], by=None, at=NOON)
        second = appearance.photograph(appliance, [picture("PNG")], by=None, at=NOON)

        appliance.refresh_from_db()
        assert appliance.photograph_id == second.pk != first.pk
        assert EvidenceFile.objects.filter(subject_id=appliance.pk).count() == 2


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", evidence.FileEmpty),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", filetypes.WrongKindOfFile),
        (b"%PDF-1.7", filetypes.WrongKindOfFile),
        (picture()[:400], filetypes.WrongKindOfFile),
    ],
    ids=["nothing", "a drawing with a script", "a document", "half a picture"],
)
def test_what_is_no_picture_is_refused_and_changes_nothing(customer, appliance, content, refusal):
    with tenancy.transaction(customer):
        with pytest.raises(refusal):
            appearance.photograph(appliance, [content], by=None, at=NOON)

        appliance.refresh_from_db()
        assert appliance.photograph_id is None
        assert not EvidenceFile.objects.exists()
    with tenancy.transaction(customer):
        assert not AuditEvent.objects.filter(name="appliance.photographed").exists()


def test_what_is_too_large_is_refused_while_it_comes(customer, appliance, settings):
    settings.EVIDENCE_LIMIT = 1_000_000

    def endless():
        while True:
            yield b"\xff" * 65_536

    with tenancy.transaction(customer), pytest.raises(evidence.FileTooLarge):
        appearance.photograph(appliance, endless(), by=None, at=NOON)
