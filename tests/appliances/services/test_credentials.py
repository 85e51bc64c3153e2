import pytest

from appliances.models import Appliance
from appliances.services import credentials, remote
from portal import secrets, tenancy
from portal.models import AuditEvent


def store(appliance, **values):
    plain = {"account": "id", "secret": "very secret", "auth": "OAUTH", "by": None}
    return credentials.store(appliance, **(plain | values))


def test_a_secret_is_sealed_and_opens_for_its_appliance_only(customer, appliance):
    with tenancy.transaction(customer):
        store(appliance)
        kept = Appliance.objects.get()

    assert b"very secret" not in bytes(kept.secret)
    assert remote.connection_of(kept).secret == "very secret"
    kept.pk = customer.pk
    with pytest.raises(secrets.CannotOpen):
        remote.connection_of(kept)


def test_the_secret_stands_in_no_audit_event(customer, appliance):
    with tenancy.transaction(customer):
        store(appliance)

    with tenancy.transaction(customer):
        event = AuditEvent.objects.get(name="credentials.stored")
        assert event.data == {"account": "id", "auth": "OAUTH"}


@pytest.mark.parametrize("values", [{"account": " "}, {"secret": ""}])
def test_half_an_account_is_refused(customer, appliance, values):
    with tenancy.transaction(customer), pytest.raises(credentials.NoSecret):
        store(appliance, **values)


def test_a_removed_account_is_gone(customer, appliance):
    with tenancy.transaction(customer):
        credentials.remove(store(appliance), by=None)

        kept = Appliance.objects.get()
    assert (kept.client_id, kept.secret) == ("", None)
    assert remote.connection_of(kept).secret == ""
