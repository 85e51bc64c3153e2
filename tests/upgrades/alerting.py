"""A rollout with one enrolment that is ready, contacts in their order, and mails as they arrive."""

import re
from datetime import date
from typing import Any

from django.conf import settings

from portal import tenancy
from portal.models import Contact
from portal.services import contacts
from tests.conftest import NOON
from tests.mailsink import Sink
from tests.upgrades.conftest import World
from upgrades.models import Enrolment, Rollout

LINK = re.compile(r"http\S+/d/[\w-]{43}/")


def a_ready(world: World, release: str = "12.2.0", **values: Any) -> Enrolment:
    """READY, in an open rollout of ninety days. Opens its own transaction."""
    rollout = Rollout(
        name="To 12.2.0", release=world.packages[release], starts_on=date(2026, 11, 23),
        ends_on=date(2027, 2, 20), made_by=world.agent, made_at=NOON, notices="A new console.",
    )  # fmt: skip
    rollout.open(at=NOON)
    rollout.save()
    with tenancy.transaction(world.customer):
        enrolment = Enrolment(
            customer=world.customer, rollout=rollout, site=world.site, enrolled_at=NOON, **values
        )
        enrolment.ready()
        enrolment.save()
    return enrolment


def a_contact(world: World, name: str, rank: int = 1, **values: Any) -> Contact:
    """Opens its own transaction."""
    given = {"email": f"{name.lower()}@example.com", "zone": "Europe/Berlin", **values}
    with tenancy.transaction(world.customer):
        return contacts.make(by=world.agent, at=NOON, name=name, rank=rank, **given)


def again(world: World, row: Any) -> Any:
    with tenancy.transaction(world.customer):
        return type(row).objects.get(pk=row.pk)


def links_in(sink: Sink, to: str) -> list[str]:
    """The decision links in the mails to an address, as paths, newest last."""
    found = []
    for mail in sink.mails:
        if str(mail["To"]) == to:
            text = mail.get_body(("plain",)).get_content()
            found += [link.removeprefix(settings.PUBLIC_URL) for link in LINK.findall(text)]
    return found
