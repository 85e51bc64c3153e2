"""What the page of one site shows: reads, few of them whatever the site has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet
from django.db.models.functions import JSONObject

from appliances.models import (
    Appliance,
    Backup,
    BaseHold,
    CertificateCopy,
    HardwareReturn,
    Site,
    SupportQuestion,
    VersionReading,
)
from appliances.models.appliance import Place
from portal import once

Rows = Mapping[str, QuerySet[Any]]


@dataclass(frozen=True)
class BoxRow:
    """An appliance on its site's page, with how its base is known and what was kept of it."""

    box: Appliance
    stale: bool
    base: VersionReading | None
    backup: Backup | None
    certificate: CertificateCopy | None
    backup_due: datetime | None  # None: none is taken by itself


def knowing(sites: QuerySet[Site], rows: Rows) -> QuerySet[Site]:
    """Sites that know which of some sets of rows have any (`kept`): so that a page of many parts
    asks only for those parts that are there."""
    return sites.annotate(kept=JSONObject(**{name: Exists(each) for name, each in rows.items()}))


def kept_at(site: Site, rows: Rows) -> dict[str, bool]:
    """The same of one that does not know it yet."""
    found: dict[str, bool] = getattr(site, "kept", None) or (
        knowing(Site.objects.filter(pk=site.pk), rows).values_list("kept", flat=True).get()
    )
    return found


def kept_of_boxes(site: Site) -> dict[str, QuerySet[Any]]:
    """What `boxes_of` tells of the appliances beside themselves, the newest of each."""
    return {
        "bases": _newest(VersionReading.objects.filter(kind="BASE"), site, "read_at", "read_by"),
        "backups": _newest(Backup.objects.all(), site, "taken_at", "file"),
        "copies": _newest(CertificateCopy.objects.all(), site, "noted_at", "noted_by"),
    }


def boxes_of(site: Site, at: datetime, found: Mapping[str, Iterable[Any]]) -> list[BoxRow]:
    """The appliances of a site by letter. `found`: the rows of `kept_of_boxes`."""
    bases, backups, copies = (
        {row.appliance_id: row for row in found[name]} for name in ("bases", "backups", "copies")
    )
    return [
        BoxRow(
            box,
            box.base_is_stale(at),
            bases.get(box.pk),
            backups.get(box.pk),
            copies.get(box.pk),
            box.next_backup_at(backups.get(box.pk), at),
        )
        for box in in_place(site)
    ]


def in_place(site: Site) -> list[Appliance]:
    """The appliances of a site, by letter."""
    if not once.sharing():
        return list(site.appliances.order_by("letter"))
    return [box for box in _standing(site) if box.place == Place.IN_PLACE]


def waiting(site: Site) -> list[Appliance]:
    """The replacements that wait to take a place, by letter, each with what it replaces."""
    boxes = {box.pk: box for box in _standing(site)}
    found = [box for box in boxes.values() if box.place == Place.WAITING]
    for box in found:
        box.replaces = boxes.get(box.replaces_id)
    return found


def _standing(site: Site) -> list[Appliance]:
    """Those in place and those that wait, by letter: one statement for a page that tells both."""
    found = Appliance.known.filter(site=site, place__in=(Place.IN_PLACE, Place.WAITING))

    def read() -> list[Appliance]:
        boxes = list(found.order_by("letter"))
        for box in boxes:
            box.site = site
        return boxes

    return once.read(("standing", site.pk), read)


def _newest(rows: QuerySet[Any], site: Site, when: str, related: str) -> QuerySet[Any]:
    """The newest of some rows for each appliance of a site."""
    return (
        rows.filter(appliance__site=site)
        .select_related(related)
        .order_by("appliance_id", f"-{when}")
        .distinct("appliance_id")
    )


def open_holds(site: Site) -> QuerySet[BaseHold]:
    found = BaseHold.objects.filter(appliance__site=site, released_at=None)
    return found.select_related("appliance").order_by("opened_at")


def returns_of(site: Site) -> QuerySet[HardwareReturn]:
    found = HardwareReturn.objects.filter(site=site).select_related("appliance")
    return found.order_by("-opened_at")[:20]


def questions_of(site: Site) -> QuerySet[SupportQuestion]:
    found = SupportQuestion.objects.filter(site=site)
    return found.select_related("appliance", "asked_by").order_by("-asked_at")[:20]
