"""Drift: what was changed behind the portal's back is kept, told once, and holds what comes next
until a person accepts the new fact or it is read as recorded again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, Drift, Site, VersionReading
from appliances.services import drifting, versions
from appliances.services.expected import Expected
from appliances.services.measuring import Measured
from portal import audit
from portal.errors import NotNow
from portal.permissions import OPERATES
from portal.services import customers, messages

Fact = Drift.Fact


def note(
    found: Sequence[Measured], expected: Expected, *, at: datetime, job: Any = None
) -> list[Drift]:
    """Take over what appliances said of themselves, inside the customer's transaction.

    Every answer is remembered; a version never recorded before is recorded. What differs from the
    record opens a drift (or goes on), what agrees again ends one. Returns those opened now.
    """
    rows = {row.pk: row for row in Appliance.objects.filter(pk__in=[one.box.pk for one in found])}
    for one in found:
        if one.box.pk in rows:
            versions.note(rows[one.box.pk], one.seen, job=job)
    _first_flags(found, expected)
    told = drifting.judged([one for one in found if one.box.pk in rows], expected)
    return _keep(told, rows, at=at, job=job)


def _first_flags(found: Sequence[Measured], expected: Expected) -> None:
    """A node's flag that was never recorded is recorded as the master lists it now."""
    for pk, flag in drifting.flags_of(found, expected).items():
        Appliance.objects.filter(pk=pk, accepting=None).update(accepting=flag)


def _keep(
    told: Mapping[tuple[Any, str], drifting.Told], rows: dict[Any, Appliance], *,
    at: datetime, job: Any,
) -> list[Drift]:  # fmt: skip
    standing = Drift.objects.select_for_update().filter(appliance__in=rows, ended_at=None)
    known = {(row.appliance_id, row.fact): row for row in standing.order_by("pk")}
    opened = []
    for (pk, fact), seen in told.items():
        row = known.get((pk, str(fact)))
        if row is None and seen.differs:
            opened.append(open_one(rows[pk], fact, seen.expected, seen.found, at=at, job=job))
        elif row is not None and seen.differs:
            row.found, row.last_seen_at = seen.found[:200], at
            row.save(update_fields=["found", "last_seen_at"])
        elif row is not None:
            _end(row, Drift.End.GONE, at=at)
    return opened


def open_one(
    box: Appliance, fact: str, expected: str, found: str, *, at: datetime, job: Any = None
) -> Drift:
    """A fact that differs, seen for the first time: it is kept, and told once."""
    drift = Drift.objects.create(
        customer_id=box.customer_id, site_id=box.site_id, appliance=box, fact=str(fact),
        expected=expected[:200], found=found[:200], first_seen_at=at, last_seen_at=at,
    )  # fmt: skip
    data = {"fact": str(fact), "recorded": expected, "read": found}
    audit.record(Event.APPLIANCE_DRIFTED, box, data=data, job=job, at=at)
    _tell(drift, at)
    return drift


def _end(drift: Drift, how: str, *, at: datetime, by: Any = None, remark: str = "") -> None:
    drift.ended, drift.ended_at, drift.remark = how, at, remark
    drift.ended_by = by if hasattr(by, "email") else None
    drift.save(update_fields=["ended", "ended_at", "ended_by", "remark"])
    data = {"fact": drift.fact, "recorded": drift.expected, "read": drift.found, "how": str(how)}
    audit.record(Event.DRIFT_ENDED, drift.appliance, by=by, at=at, data=data | {"reason": remark})


def accept(drift: Drift, *, by: Any, at: datetime, found: str, remark: str = "") -> Drift:
    """The new fact is right: it is recorded as read by the portal. `found` is what the person saw.

    Raises NotNow if it has ended meanwhile, or another value was read since.
    """
    row = Drift.objects.select_for_update(of=("self",)).select_related("appliance").get(pk=drift.pk)
    if row.ended_at is not None or row.found != found:
        raise NotNow(
            _("This has changed since you looked."), remedy=_("Look at the page as it is now.")
        )
    RECORDED[row.fact](row.appliance, row.found, row.last_seen_at, by)
    _end(row, Drift.End.ACCEPTED, at=at, by=by, remark=remark.strip()[:400])
    return row


def _product(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    versions.record(box, versions.PRODUCT, found, source=VersionReading.Source.API, at=seen_at)


def _build(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    versions.record(
        box, versions.PRODUCT, box.product_version, build=found,
        source=VersionReading.Source.API, at=seen_at,
    )  # fmt: skip


def _role(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    _set(box, "failover_role", found, by)


def _cluster_role(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    _set(box, "cluster_role", found, by)


def _accepting(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    _set(box, "accepting", found == drifting.YES, by)


def _nothing(box: Appliance, found: str, seen_at: datetime, by: Any) -> None:
    """A configuration is not recorded: that somebody knows of the change is all there is."""


RECORDED = {
    Fact.PRODUCT: _product,
    Fact.BUILD: _build,
    Fact.FAILOVER_ROLE: _role,
    Fact.CLUSTER_ROLE: _cluster_role,
    Fact.ACCEPTING: _accepting,
    Fact.CONFIGURATION: _nothing,
}


def _set(box: Appliance, name: str, value: Any, by: Any) -> None:
    """Written as it is, even where the roles make no shape just now: it is what was read."""
    data = {name: [getattr(box, name), value], "source": str(VersionReading.Source.API)}
    setattr(box, name, value)
    box.save(update_fields=[name])
    audit.record(Event.APPLIANCE_CHANGED, box, by=by, data=data)


def open_at(site: Site | Any) -> list[Drift]:
    """What holds the next job of a site, oldest first."""
    return list(rows_at(site))


def rows_at(site: Site | Any) -> QuerySet[Drift]:
    """The same before they are read."""
    found = Drift.objects.filter(site=getattr(site, "pk", site), ended_at=None)
    return found.select_related("appliance", "site", "customer").order_by("first_seen_at", "pk")


def _tell(drift: Drift, at: datetime) -> None:
    """Once a drift, to everybody who operates the site."""
    where = reverse(
        "appliances:check-list", kwargs={"slug": customers.current().slug, "pk": drift.site_id}
    )
    messages.write_all(
        "appliance_drifted",
        to=messages.people_of(drift.site, roles=OPERATES),
        about=drift.appliance,
        key=str(drift.pk),
        context={
            "site": drift.site.name, "appliance": drift.appliance.name,
            "fact": drift.get_fact_display(), "expected": drift.expected, "found": drift.found,
            "since": drift.first_seen_at, "link": f"{settings.PUBLIC_URL}{where}#drift",
            "site_zone": drift.site.zone, "lines": [],
        },
        at=at,
    )  # fmt: skip
