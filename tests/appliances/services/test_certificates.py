from datetime import date

import pytest

from appliances.models import CertificateCopy
from appliances.services import certificates
from portal import tenancy
from tests.conftest import NOON

PLAIN = "ab" * 32
COLONS = ":".join(["AB"] * 32)
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----"


def note(appliance, **values):
    plain = {"fingerprint": PLAIN, "expires_on": date(2027, 5, 1), "kept_where": "safe in room 4"}
    return certificates.note(appliance, by=None, at=NOON, **(plain | values))


@pytest.mark.parametrize("written", [PLAIN, COLONS, COLONS.lower(), f" {PLAIN} "])
def test_a_fingerprint_is_kept_in_one_form(customer, appliance, written):
    with tenancy.transaction(customer):
        note(appliance, fingerprint=written)

        assert CertificateCopy.objects.get().fingerprint == COLONS


@pytest.mark.parametrize("written", ["", "ab" * 31, "ab" * 20, "zz" * 32, "ab" * 33])
def test_what_is_no_fingerprint_is_refused(customer, appliance, written):
    with tenancy.transaction(customer), pytest.raises(certificates.NoFingerprint):
        note(appliance, fingerprint=written)


@pytest.mark.parametrize(
    "values",
    [
        {"fingerprint": KEY},
        {"kept_where": KEY},
        {"kept_where": "-----BEGIN CERTIFICATE-----"},
        {"kept_where": "here is the private key: " + "A" * 200},
        {"kept_where": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"},
    ],
)
def test_a_key_is_never_taken(customer, appliance, values):
    with tenancy.transaction(customer):
        with pytest.raises(certificates.KeyMaterial):
            note(appliance, **values)

        assert not CertificateCopy.objects.exists()
