from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appliances import tasks
from appliances.models import Appliance, Backup, VersionReading
from appliances.services import certificates, licences, remote
from portal import clock, tenancy
from portal.models import AuditEvent, EvidenceFile

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00"
    b"\x00IEND\xaeB`\x82"
)
FACTS = {
    "name": "Support A",
    "host": "a.meridian.sim",
    "dialect": "JSON",
    "physical": "",
    "data_gb": "120",
    "certificate_pin": "",
}


@pytest.fixture
def at(appliance) -> str:
    return f"/c/meridian/appliances/{appliance.pk}/"


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("basics.png", PNG, content_type="image/png")


def now(customer) -> Appliance:
    with tenancy.transaction(customer):
        return Appliance.objects.get()


def test_an_operator_types_versions_with_a_picture(client, customer, at, signed_in):
    who = signed_in("OPERATOR")
    assert client.get(f"{at}versions/").status_code == 200

    answer = client.post(
        f"{at}versions/",
        {"base_version": "3.2.4", "product_version": "12.1", "picture": picture()},
    )

    assert answer.status_code == 302
    assert (now(customer).base_version, now(customer).product_version) == ("3.2.4", "12.1")
    with tenancy.transaction(customer):
        reading = VersionReading.objects.get(kind="BASE")
        assert (reading.read_by_id, reading.source) == (who.pk, "PERSON")
        assert EvidenceFile.objects.get(pk=reading.picture_id).name == "basics.png"
    page = client.get(f"/c/meridian/sites/{now(customer).site_id}/readings/").content.decode()
    assert "3.2.4" in page
    assert f"/files/{reading.picture_id}/" in page


def test_a_picture_that_is_none_is_refused_and_nothing_is_recorded(client, customer, at, signed_in):
    signed_in("OPERATOR")
    fake = SimpleUploadedFile("basics.png", b"<html><script>", content_type="image/png")

    answer = client.post(f"{at}versions/", {"base_version": "3.2.4", "picture": fake})

    assert answer.status_code == 409
    assert now(customer).base_version == ""


@pytest.mark.parametrize(("given", "status"), [({}, 422), ({"base_version": "new"}, 409)])
def test_no_version_is_not_recorded(client, customer, at, signed_in, given, status):
    signed_in("OPERATOR")

    assert client.post(f"{at}versions/", given).status_code == status
    assert now(customer).base_version == ""


def test_a_viewer_may_not_type_versions(client, at, signed_in):
    signed_in("VIEWER")

    assert client.get(f"{at}versions/").status_code == 403


def test_strangers_get_404_everywhere(client, at, stranger):
    for page in ("versions/", "change/", "account/"):
        assert client.get(f"{at}{page}").status_code == 404


def test_an_account_is_stored_and_never_shown(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")
    given = {"auth": "OAUTH", "account": "client-7", "secret": " s3cret word "}

    assert client.post(f"{at}account/", given).status_code == 302

    assert remote.connection_of(now(customer)).secret == " s3cret word "
    page = client.get(f"{at}account/").content.decode()
    assert "client-7" in page
    assert "s3cret" not in page
    assert client.post(f"{at}account/", given | {"secret": ""}).status_code == 422
    assert client.post(f"{at}account/remove/").status_code == 302
    assert now(customer).secret is None


@pytest.mark.parametrize(
    ("who", "status"),
    [({"role": "OPERATOR"}, 403), ({"staff": "AGENT"}, 403), ({"staff": "ADMINISTRATOR"}, 200)],
)
def test_who_may_handle_accounts(client, at, signed_in, who, status):
    signed_in(**who)

    assert client.get(f"{at}account/").status_code == status


def test_an_administrator_changes_what_is_known_of_an_appliance(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")
    assert client.get(f"{at}change/").status_code == 200

    pin = ":".join(["AB"] * 32)
    answer = client.post(f"{at}change/", FACTS | {"certificate_pin": pin})

    assert answer.status_code == 302
    box = now(customer)
    assert (box.dialect, box.physical, box.data_gb) == ("JSON", False, 120)
    assert box.certificate_pin == "ab" * 32


def test_only_staff_lets_a_private_network_be_called(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")
    client.post(f"{at}change/", FACTS | {"private_address": "on"})
    assert not now(customer).private_address

    signed_in(staff="AGENT")
    client.post(f"{at}change/", FACTS | {"private_address": "on"})
    assert now(customer).private_address


def test_what_staff_let_be_called_is_one_host_and_not_whatever_its_customer_names_next(
    client, customer, at, signed_in
):
    """Else whoever may rename an appliance has the portal call any inner address."""
    signed_in(staff="AGENT")
    client.post(f"{at}change/", FACTS | {"private_address": "on"})
    administrator = signed_in("ADMINISTRATOR")
    assert client.post(f"{at}change/", FACTS | {"model": "B400"}).status_code == 302
    assert now(customer).private_address, "another model is the same host"

    assert client.post(f"{at}change/", FACTS | {"host": "inner.meridian.sim"}).status_code == 302

    box = now(customer)
    assert (box.host, box.private_address) == ("inner.meridian.sim", False)
    with tenancy.transaction(customer):
        told = AuditEvent.objects.filter(name="appliance.changed").order_by("-number").first()
    assert told.data["private_address"] == [True, False], administrator


def test_who_may_not_handle_accounts_sends_none_to_another_host(client, customer, at, signed_in):
    """The portal signs in wherever the name leads: whoever may point it elsewhere reads the secret
    there."""
    signed_in("ADMINISTRATOR")
    given = {"auth": "OAUTH", "account": "portal", "secret": "hush"}
    assert client.post(f"{at}account/", given).status_code == 302
    before = now(customer)
    elsewhere = FACTS | {"host": "mine.meridian.sim"}

    signed_in(staff="AGENT")
    answer = client.post(f"{at}change/", elsewhere)

    assert answer.status_code == 409
    assert "account" in answer.content.decode()
    box = now(customer)
    assert (box.host, bytes(box.secret)) == (before.host, bytes(before.secret))
    assert client.post(f"{at}change/", FACTS | {"model": "B400"}).status_code == 302
    signed_in("ADMINISTRATOR")
    assert client.post(f"{at}change/", elsewhere).status_code == 302
    assert now(customer).host == "mine.meridian.sim"


def test_a_wrong_fingerprint_comes_back(client, at, signed_in):
    signed_in("ADMINISTRATOR")

    assert client.post(f"{at}change/", FACTS | {"certificate_pin": "AB:CD"}).status_code == 422


def test_licences_are_typed_in(client, customer, site, signed_in):
    signed_in("OPERATOR")
    at = f"/c/meridian/sites/{site.pk}/licence/"
    assert client.get(at).status_code == 200

    assert client.post(at, {"number": "15", "expires_on": "2027-03-31"}).status_code == 302
    assert client.post(at, {"number": "0"}).status_code == 422

    with tenancy.transaction(customer):
        licence = licences.newest(site)
    assert (licence.number, str(licence.expires_on)) == (15, "2027-03-31")


def test_a_backup_is_fetched_in_the_background_and_offered_to_who_may(
    client, customer, site, at, signed_in, answering
):
    who, box = signed_in("ADMINISTRATOR"), answering()
    assert client.post(f"{at}back-up/").status_code == 302

    tasks.back_up(customer_id=str(customer.pk), appliance_id=str(box.pk), by_id=str(who.pk))

    with tenancy.transaction(customer):
        backup = Backup.objects.get()
    page = f"/c/meridian/sites/{site.pk}/"
    assert f"/files/{backup.file_id}/" in client.get(page).content.decode()
    signed_in("OPERATOR")
    shown = client.get(page).content.decode()
    assert "Back up now" in shown
    assert f"/files/{backup.file_id}/" not in shown


def test_a_backup_that_fails_stands_in_the_audit_trail(customer, site, answering, park):
    box = answering()
    park.faults(box.host, permission_missing="perm_backup")

    tasks.back_up(customer_id=str(customer.pk), appliance_id=str(box.pk))

    with tenancy.transaction(customer):
        event = AuditEvent.objects.get(name="backup.failed")
        assert "lacks a permission" in event.data["detail"]
        assert not Backup.objects.exists()


def test_a_noted_certificate_is_shown_with_its_place(client, customer, site, appliance, signed_in):
    signed_in("VIEWER")
    with tenancy.transaction(customer):
        certificates.note(
            appliance,
            fingerprint="ab" * 32,
            expires_on=date(2027, 5, 1),
            kept_where="safe in room 4",
            by=None,
            at=clock.now(),
        )

    assert "safe in room 4" in client.get(f"/c/meridian/sites/{site.pk}/").content.decode()
