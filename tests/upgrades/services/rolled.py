"""Sites ready for a release, and rollouts over them."""

from datetime import date

from appliances.models import Appliance, Package
from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import a_site, a_window
from upgrades.models import Enrolment, Rollout, Wave
from upgrades.services import offers

FIRST, LAST = date(2026, 11, 24), date(2027, 1, 31)


def a_release(version="12.2.0", **values):
    given = {"kind": "PRODUCT", "name": f"Product {version}", "provenance": "DEMO"}
    return Package.objects.create(version=version, **(given | values))


def a_ready_site(customer=None, *, rule="FREQ=DAILY", zone="UTC", product="12.1", **values):
    """One appliance a release behind, with windows."""
    customer = customer or factories.a_customer()
    with tenancy.transaction(customer):
        site = a_site(zone, **values)
        Appliance.objects.create(
            customer=customer, site=site, letter="A", name=f"box of {site.name}",
            host=site.public_name, base_version="3.3.2", product_version=product,
        )  # fmt: skip
        if rule:
            a_window(site, rule)
    return site


def a_rollout(release, by, *, state="OPEN", **values):
    """The row alone, as it is after a time; with one wave, that is open."""
    given = {"name": "Autumn", "starts_on": FIRST, "ends_on": LAST, "made_by": by, "made_at": NOON}
    rollout = Rollout.objects.create(release=release, state=state, **(given | values))
    Wave.objects.create(rollout=rollout, number=1, opened_at=NOON)
    return rollout


def enrolled_at(site, rollout, **values):
    """Its enrolment, read anew as services are given it. In the customer's transaction."""
    made = Enrolment.objects.create(
        customer_id=site.customer_id, site=site, rollout=rollout, enrolled_at=NOON,
        wave=rollout.waves.first(), **values,
    )  # fmt: skip
    return again(made)


def again(enrolment):
    return Enrolment.objects.select_related("rollout__release", "site").get(pk=enrolment.pk)


def offered(site, rollout, *, at=NOON):
    """Alerted, its job proposed and its nights held."""
    enrolment = enrolled_at(site, rollout, state="READY")
    offers.make(enrolment, by=rollout.made_by, at=at)
    enrolment.alert(at=at, answer_by=at)
    enrolment.save()
    return again(enrolment)


def moves(customer):
    """What the customer's trail says of enrolments, in order."""
    with tenancy.transaction(customer):
        rows = AuditEvent.objects.filter(name__startswith="enrolment.").order_by("number")
        return [row.name.removeprefix("enrolment.") for row in rows]
