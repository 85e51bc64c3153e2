"""schemathesis over the whole document, as an administrator who has one row of everything.

5,000 cases and more; PROBE_EXAMPLES draws more of each operation (`make soak`: 100,000).
"""

import os
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from portal import tenancy
from portal.models import Contact, Promise
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.conftest import of_the_platform
from tests.upgrades.api.probing import probe
from upgrades.models import MaintenanceWindow

EXAMPLES = int(os.environ.get("PROBE_EXAMPLES", "1"))
SHOWN = 20


@pytest.fixture
def spare(world):
    """Rows for the operations that take theirs away: by the operation's name."""
    with tenancy.transaction(world.customer):
        window = MaintenanceWindow.objects.get()
        window.pk, window._state.adding = None, True
        window.pk = MaintenanceWindow().pk
        window.save()
        promise = Promise.objects.create(
            customer=world.customer, kind="ANSWER", days=7, agreed_on=NOON.date()
        )
        contact = Contact.objects.create(customer=world.customer, name="Jan")
    return {
        "windows_destroy": str(window.pk), "promises_end": str(promise.pk),
        "contacts_end": str(contact.pk),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1800 + 600 * EXAMPLES)  # a busy machine is slow, not wrong
def test_whatever_is_sent_the_document_holds(rows, world, spare):
    document = yaml.load(
        (Path(settings.BASE_DIR) / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader
    )
    staff = factories.staff("ADMINISTRATOR", "Ada Lind")
    program = Caller(staff, world.customer, ADMINISTER)
    ids = {**rows.ids, **of_the_platform(world), **spare, "people": str(world.operator.pk)}
    token = program.headers["Authorization"].removeprefix("Bearer ")

    found = probe(document, ids, token, examples=EXAMPLES, seed=7)

    assert found.wrong == [], "\n".join([str(len(found.wrong)), *found.wrong[:SHOWN]])
    # Valid changes may all be refused for a rule that no schema can say: evidence, digests, dates.
    assert [label for label in found.warnings if label.startswith("GET")] == []
    assert found.cases >= 5_000
