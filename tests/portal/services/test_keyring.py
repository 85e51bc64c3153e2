import json
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from appliances.models import Appliance, Site
from portal import secrets, tenancy
from portal.models import EvidenceFile
from portal.services import evidence, keyring
from tests.factories import NOON, a_customer


@pytest.fixture(autouse=True)
def _own_ring(settings, tmp_path):
    settings.KEY_RING = Path(shutil.copy(settings.KEY_RING, tmp_path / "keys.json"))


@pytest.fixture
def sealed(db):
    """A customer with a sealed secret and a sealed backup."""
    customer = a_customer("Marmara")
    with tenancy.transaction(customer):
        site = Site.objects.create(
            customer=customer, name="Support", public_name="a.example", shape="SINGLE", zone="UTC"
        )
        appliance = Appliance(customer=customer, site=site, letter="A", name="A")
        sealed, key_id = secrets.seal("hush", context=secrets.context_of(appliance, "secret"))
        appliance.secret, appliance.secret_key_id = sealed, key_id
        appliance.save()
        evidence.keep(
            [b"NSB" * 1000],
            kind=EvidenceFile.Kind.BACKUP,
            name="a.nsb",
            subject=customer,
            by=None,
            at=NOON,
        )
    return customer


def opened(customer):
    with tenancy.transaction(customer):
        appliance, backup = Appliance.objects.get(), EvidenceFile.objects.get()
    secret = secrets.unseal(
        appliance.secret,
        key_id=appliance.secret_key_id,
        context=secrets.context_of(appliance, "secret"),
    )
    return (
        (secret, appliance.secret_key_id),
        (b"".join(evidence.open_file(backup)), backup.key_id),
    )


def test_every_sealed_field_of_the_models_is_in_the_registry():
    fields = {
        (model.__name__, field.name)
        for model in keyring.apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("_key_id")
    }

    assert {(model.__name__, key) for model, _, key in keyring.sealed_fields()} == fields


def test_after_a_rotation_everything_opens_under_the_new_key(sealed):
    call_command("rotate_keys", verbosity=0)

    newest = secrets.newest_key()
    assert newest != "test"
    assert opened(sealed) == (("hush", newest), (b"NSB" * 1000, newest))
    assert keyring.in_use() == {newest: 2}


def test_the_old_file_is_gone_and_the_new_one_alone(sealed):
    with tenancy.transaction(sealed):
        before = EvidenceFile.objects.get().stored_as
    keyring.add_key()
    keyring.reseal()

    with tenancy.transaction(sealed):
        after = EvidenceFile.objects.get().stored_as
    assert not default_storage.exists(before)
    assert default_storage.exists(after)


def test_resealing_again_does_nothing(sealed):
    keyring.add_key()

    assert keyring.reseal() == 2
    assert keyring.reseal() == 0


def test_a_key_in_use_is_not_dropped_and_a_free_one_is(sealed):
    keyring.add_key()
    with pytest.raises(CommandError, match="2 values are still sealed"):
        call_command("rotate_keys", drop="test")

    keyring.reseal()
    call_command("rotate_keys", drop="test")

    assert secrets.key_ids() == {secrets.newest_key()}
    assert opened(sealed)[0][0] == "hush"


def test_the_newest_key_and_an_unknown_one_are_not_dropped(db):
    for name in ("test", "k99"):
        with pytest.raises(CommandError, match="newest key, or there is no such"):
            call_command("rotate_keys", drop=name)


def test_keys_are_numbered_and_the_ring_stays_private(db, settings):
    assert [keyring.add_key(), keyring.add_key()] == ["k2", "k3"]
    assert set(json.loads(settings.KEY_RING.read_text())["keys"]) == {"test", "k2", "k3"}
    assert settings.KEY_RING.stat().st_mode & 0o077 == 0
