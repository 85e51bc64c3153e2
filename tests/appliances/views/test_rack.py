"""The page at the rack: no button before the right serial number; photographs as evidence."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from appliances.models import Appliance, HardwareReturn, ReturnPhotograph
from appliances.services import appearance, photographs, replacements, returns
from portal import tenancy
from portal.models import AuditEvent, EvidenceFile
from portal.services import evidence
from tests import factories
from tests.appliances.services.test_replacements import register
from tests.conftest import NOON

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def row(customer, appliance):
    """Its replacement is confirmed: it may be wiped."""
    with tenancy.transaction(customer):
        appliance.serial = "OLD1"
        appliance.save()
        found = returns.open_failed(appliance, reason="Burnt.", kind="REPLACE", by=None, at=NOON)
        returns.request(found, by=None, at=NOON)
        returns.authorise(found, rma_number="R-1", by=None, at=NOON)
        replacements.take_over(register(appliance), by=None, at=NOON)
        found.appliance.refresh_from_db()
        return returns.confirm_replacement(found, replacement=None, by=None, at=NOON)


@pytest.fixture
def operator(client, customer):
    client.force_login(factories.a_member(customer, "OPERATOR"))
    return client


def at(row, name="return-rack", **more):
    return reverse(f"appliances:{name}", kwargs={"slug": "meridian", "pk": row.pk} | more)


def opened(client, row, serial="old1"):
    """The address after the serial number was typed."""
    answer = client.post(at(row, "return-recognise"), {"serial": serial})
    assert answer.status_code == 302, answer.content
    return answer.url


def moves_on(page):
    return re.findall(r"/rack/move/([\w-]+)/", page.content.decode())


def picture(kind="JPEG", **more):
    written = io.BytesIO()
    Image.new("RGB", (3000, 1500), "red").save(written, kind, **more)
    return written.getvalue()


def send(client, row, seal, content, name="label.jpg", shows="LABEL"):
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    address = at(row, "return-photograph") + f"?seen={seal}"
    return client.post(address, {"shows": shows, "picture": file})


def test_each_opening_asks_for_the_serial_before_it_shows_a_button(operator, row):
    before = operator.get(at(row))
    wrong = operator.post(at(row, "return-recognise"), {"serial": "NEW1"})
    after = operator.get(opened(operator, row))

    assert moves_on(before) == []
    assert b"OLD1" not in before.content
    assert (wrong.status_code, b"OLD1" in wrong.content) == (409, False)
    assert moves_on(after) == ["wipe"]
    assert moves_on(operator.get(at(row))) == []


def test_a_move_at_the_box_goes_on_to_the_next_one(customer, operator, row):
    seal = opened(operator, row).partition("?seen=")[2]
    bare = operator.post(at(row, "return-rack-move", verb="wipe"), {"serial": "OLD1"})
    assert bare.status_code == 422

    moved = operator.post(
        at(row, "return-rack-move", verb="wipe") + f"?seen={seal}",
        {"serial": "OLD1", "witness": "Ece"},
    )

    assert moves_on(operator.get(moved.url)) == ["power-off"]
    with tenancy.transaction(customer):
        found = HardwareReturn.objects.get()
        assert (found.state, found.wipe_witness) == ("WIPED", "Ece")
    other = at(row, "return-rack-move", verb="cancel") + f"?seen={seal}"
    assert operator.post(other, {"reason": "No."}).status_code == 404


def test_a_seal_is_of_one_person_and_one_box(client, customer, operator, row):
    seal = opened(operator, row)
    client.force_login(factories.a_member(customer, "APPROVER"))
    assert moves_on(client.get(seal)) == []
    with tenancy.transaction(customer):
        row.serial = "OLD2"
        row.save(update_fields=["serial"])
    assert moves_on(client.get(opened(client, row, "OLD2"))) == ["wipe"]


def test_who_may_not_manage_returns_sees_no_question_and_strangers_nothing(
    client, customer, other_customer, row
):
    client.force_login(factories.a_member(customer, "VIEWER"))
    assert b"You may look, not act" in client.get(at(row)).content
    assert client.post(at(row, "return-recognise"), {"serial": "OLD1"}).status_code == 403
    assert send(client, row, "x", picture()).status_code == 403
    for stranger in (
        factories.a_member(other_customer, "ADMINISTRATOR"),
        factories.a_member(customer, "OPERATOR", site_ids=[]),
    ):
        client.force_login(stranger)
        assert client.get(at(row)).status_code == 404
        assert client.post(at(row, "return-recognise"), {"serial": "OLD1"}).status_code == 404


def test_a_serial_that_was_never_recorded_is_kept_unless_it_is_of_another_box(
    customer, operator, row
):
    with tenancy.transaction(customer):
        row.serial = ""
        row.save(update_fields=["serial"])
    assert operator.post(at(row, "return-recognise"), {"serial": "NEW1"}).status_code == 409

    assert moves_on(operator.get(opened(operator, row, "PLATE-7"))) == ["wipe"]

    with tenancy.transaction(customer):
        assert HardwareReturn.objects.get().serial == "PLATE-7"


def test_a_photograph_is_kept_anew_and_without_what_the_telephone_added(customer, operator, row):
    told = Image.Exif()
    told[0x010F] = "A maker"
    seal = opened(operator, row).partition("?seen=")[2]

    kept = send(operator, row, seal, picture(exif=told), name="../../x.svg")

    assert kept.status_code == 302
    assert b"label outside" in operator.get(kept.url).content
    with tenancy.transaction(customer):
        one = ReturnPhotograph.objects.select_related("file").get()
        content = b"".join(evidence.open_file(one.file))
        assert (one.file.name, one.file.content_type) == ("label.jpg", "image/jpeg")
        assert (one.file.site_id, one.file.subject_id) == (row.site_id, row.pk)
        assert b"A maker" not in content
        assert Image.open(io.BytesIO(content)).size == (2400, 1200)
        event = AuditEvent.objects.get(name="return.photographed")
        assert event.data == {"shows": "LABEL", "sha256": one.file.sha256}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (SVG, 409),
        (b"%PDF-1.7", 409),
        (b"\xff\xd8\xff rubbish", 409),
        (picture()[:400], 409),
        (b"", 422),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    customer, operator, row, content, status
):
    seal = opened(operator, row).partition("?seen=")[2]

    assert send(operator, row, seal, content).status_code == status

    with tenancy.transaction(customer):
        assert not EvidenceFile.objects.exists()


def test_a_photograph_has_a_largest_size_and_a_return_a_largest_number(
    customer, row, settings, monkeypatch
):
    settings.EVIDENCE_LIMIT = 1000
    with tenancy.transaction(customer), pytest.raises(evidence.FileTooLarge):
        photographs.add(row, [picture()], shows="LABEL", by=None, at=NOON)
    monkeypatch.setattr(photographs, "MOST", 0)
    with tenancy.transaction(customer), pytest.raises(photographs.TooMany):
        photographs.add(row, [b"x"], shows="LABEL", by=None, at=NOON)


def test_of_another_customer_no_photograph_is_seen(customer, other_customer, row):
    with tenancy.transaction(customer):
        photographs.add(row, [picture()], shows="LABEL", by=None, at=NOON)
    with tenancy.transaction(other_customer):
        assert not ReturnPhotograph.objects.exists()
        assert not ReturnPhotograph._base_manager.exists()


def test_where_it_stands_is_said_at_once_and_its_picture_once_the_box_is_found(
    customer, row, operator
):
    with tenancy.transaction(customer):
        box = Appliance.known.get(pk=row.appliance_id)
        box.rack_place = "Hall 2, rack 14"
        box.save()
        kept = appearance.photograph(box, [picture()], by=None, at=NOON)

    before = operator.get(at(row)).content.decode()
    after = operator.post(at(row, "return-recognise"), {"serial": "OLD1"}, follow=True)

    assert "It stands here: Hall 2, rack 14" in before
    assert str(kept.pk) not in before  # a label on it would tell the number that is asked for
    assert f"/files/{kept.pk}/" in after.content.decode()
