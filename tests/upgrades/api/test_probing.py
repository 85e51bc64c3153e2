"""schemathesis over the whole document, as an administrator who has one row of everything.

5,000 cases and more; PROBE_EXAMPLES draws more of each operation (`make soak`: 100,000).
"""

import os
import uuid
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from portal import tenancy
from portal.models import Contact, Promise, Webhook
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.conftest import of_the_platform
from tests.upgrades.api.probing import probe
from upgrades.models import Freeze, FreezeCalendar, MaintenanceWindow, PlatformFreeze
from upgrades.services import sandboxes

EXAMPLES = int(os.environ.get("PROBE_EXAMPLES", "1"))
SHOWN = 20
# Writes of which every valid case is refused for a rule that no schema can say: digests and tags of
# what was read, evidence, days that fit together, an order of states; or what is gone after once.
# The same with another seed. Whatever warns besides these fails.
REFUSED_BY_RULE = {
    "DELETE /api/v1/freeze-calendars/{id}",
    "DELETE /api/v1/freezes/{id}",
    "DELETE /api/v1/platform-freezes/{id}",
    "DELETE /api/v1/sandboxes/{id}",
    "DELETE /api/v1/windows/{id}",
    "POST /api/v1/contracts/{id}/end",
    "POST /api/v1/contracts/{id}/end/preview",
    "POST /api/v1/drifts/{id}/accept",
    "POST /api/v1/enrolments/{id}/take",
    "POST /api/v1/freeze-calendars",
    "POST /api/v1/freezes",
    "POST /api/v1/freezes/preview",
    "POST /api/v1/jobs/{id}/approve",
    "POST /api/v1/jobs/{id}/client-decisions",
    "POST /api/v1/jobs/{id}/form",
    "POST /api/v1/jobs/{id}/form/preview",
    "POST /api/v1/jobs/{id}/repair/rehearsals",
    "POST /api/v1/jobs/{id}/waivers",
    "POST /api/v1/platform-freezes",
    "POST /api/v1/platform-freezes/preview",
    "POST /api/v1/replacements/{id}/rehearsals",
    "POST /api/v1/returns/{id}/authorise",
    "POST /api/v1/returns/{id}/book-pickup",
    "POST /api/v1/returns/{id}/confirm-replacement",
    "POST /api/v1/returns/{id}/delete",
    "POST /api/v1/returns/{id}/describe",
    "POST /api/v1/returns/{id}/hand-over",
    "POST /api/v1/returns/{id}/label",
    "POST /api/v1/returns/{id}/retain-drives",
    "POST /api/v1/rollouts",
    "POST /api/v1/rollouts/{id}/edit",
    "POST /api/v1/sites",
    "POST /api/v1/sites/{id}/rehearsals",
    "POST /api/v1/sites/{id}/waivers",
}


def spare(customer):
    """Rows for the operations that take theirs away: by the operation's name."""
    with tenancy.transaction(customer):
        window, freeze = MaintenanceWindow.objects.get(), Freeze.objects.get()
        promise = Promise.objects.create(
            customer=customer, kind="ANSWER", days=7, agreed_on=NOON.date()
        )
        return {
            "windows_destroy": copied(window), "windows_remove": copied(window),
            "freezes_destroy": copied(freeze),
            "freeze_calendars_destroy": copied(FreezeCalendar.objects.get()),
            "platform_freezes_destroy": copied(PlatformFreeze.objects.get()),
            "promises_end": str(promise.pk),
            "contacts_end": copied(Contact.objects.get()),
            "webhooks_end": copied(Webhook.objects.get()),
        }  # fmt: skip


def copied(row):
    row.pk, row._state.adding = uuid.uuid4(), True
    row.save(force_insert=True)
    return str(row.pk)


@pytest.mark.slow
@pytest.mark.timeout(1800 + 600 * EXAMPLES)  # a busy machine is slow, not wrong
def test_whatever_is_sent_the_document_holds(rows, world):
    document = yaml.load(
        (Path(settings.BASE_DIR) / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader
    )
    staff = factories.staff("ADMINISTRATOR", "Ada Lind")
    program = Caller(staff, world.customer, ADMINISTER)
    ids = {**rows.ids, **of_the_platform(world), "people": str(world.operator.pk)}
    ids |= spare(world.customer)
    sandbox = sandboxes.open_one("Ours", shapes=["SINGLE"], maker=program.key, at=NOON)
    ids["sandboxes"] = str(sandbox.customer.pk)
    going = sandboxes.open_one("Theirs", shapes=["SINGLE"], maker=program.key, at=NOON)
    ids["sandboxes_destroy"] = str(going.customer.pk)
    ids |= {
        name: str(Caller(staff, world.customer).key.pk)
        for name in ("keys", "keys_rotate", "keys_end")
    }
    token = program.headers["Authorization"].removeprefix("Bearer ")

    found = probe(document, ids, token, examples=EXAMPLES, seed=7)

    assert found.wrong == [], "\n".join([str(len(found.wrong)), *found.wrong[:SHOWN]])
    assert found.warnings.keys() - REFUSED_BY_RULE == set()
    assert found.cases >= 5_000
