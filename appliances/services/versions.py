"""Versions as they become known: by the API, typed by a person, proven by a step, by support."""

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, VersionReading
from appliances.services.observations import Observation
from portal import audit
from portal.errors import Refused

BASE, PRODUCT = "BASE", "PRODUCT"
Source = VersionReading.Source
WRITTEN = re.compile(r"\d{1,4}(\.\d{1,5}){0,3}")


class NoVersion(Refused):
    code = "no-version"


class FromTheFuture(Refused):
    code = "from-the-future"


def read_text(text: str) -> str:
    """A version as it may be stored: numbers with dots. Raises NoVersion."""
    version = text.strip()
    if not WRITTEN.fullmatch(version):
        raise NoVersion(
            _("“%(text)s” is not a version. Type numbers with dots, such as 3.3.2.")
            % {"text": text[:40]},
            fields={"version": _("Numbers with dots, such as 3.3.2.")},
        )
    return version


def same(left: str, right: str) -> bool:
    """12.2 and 12.2.0 are one version."""
    return _numbers(left) == _numbers(right)


def covers(more: str, less: str) -> bool:
    """Whether `more` says of a build all that `less` says: the appliance's pages show its number
    alone (76524), the command API the number and a digest (76524-285f50bd)."""
    return not less or more == less or more.startswith(f"{less}-")


def same_build(left: str, right: str) -> bool:
    """As far as both say; a number alone is of every digest."""
    return covers(left, right) or covers(right, left)


def _numbers(version: str) -> list[int]:
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return numbers


def record(
    appliance: Appliance,
    kind: str,
    version: str,
    *,
    source: str,
    at: datetime,
    by: Any = None,
    build: str = "",
    picture_id: Any = None,
    read_at: datetime | None = None,
    job: Any = None,
) -> VersionReading:
    """Write down a version: the reading is kept, the appliance shows it, the audit trail says so.

    `at` is now; `read_at` when a person read it off, if that was earlier. An older reading than
    the one the appliance shows is kept in the history only. Raises NoVersion, FromTheFuture.
    """
    version, seen = read_text(version), read_at or at
    if seen > at:
        raise FromTheFuture(
            _("This reading is dated in the future."), fields={"read_at": _("Not later than now.")}
        )
    reading = VersionReading.objects.create(
        customer_id=appliance.customer_id,
        appliance=appliance,
        kind=kind,
        version=version,
        build=build,
        source=source,
        read_at=seen,
        read_by=by if hasattr(by, "email") else None,
        picture_id=picture_id,
    )
    _show(appliance, kind, version, build, seen)
    data = {"kind": kind, "version": version, "source": source}
    audit.record(Event.VERSION_READ, appliance, by=by, data=data, job=job)
    return reading


def _show(appliance: Appliance, kind: str, version: str, build: str, seen: datetime) -> None:
    if kind == BASE:
        if appliance.base_at and appliance.base_at > seen:
            return
        appliance.base_version, appliance.base_at = version, seen
        appliance.save(update_fields=["base_version", "base_at"])
        return
    if appliance.product_at and appliance.product_at > seen:
        return
    appliance.product_version, appliance.product_build, appliance.product_at = version, build, seen
    appliance.save(update_fields=["product_version", "product_build", "product_at"])


def type_in(
    appliance: Appliance,
    kind: str,
    version: str,
    *,
    by: Any,
    at: datetime,
    picture_id: Any = None,
    read_at: datetime | None = None,
    job: Any = None,
) -> VersionReading:
    """A person read it off Status > Basics; a picture of that page is the proof."""
    return record(
        appliance,
        kind,
        version,
        source=Source.PERSON,
        at=at,
        by=by,
        picture_id=picture_id,
        read_at=read_at,
        job=job,
    )


def prove(
    appliance: Appliance,
    kind: str,
    version: str,
    *,
    at: datetime,
    build: str = "",
    by: Any = None,
    picture_id: Any = None,
    job: Any = None,
) -> VersionReading:
    """A step proved it: expected, so it is no drift."""
    return record(
        appliance,
        kind,
        version,
        source=Source.STEP,
        at=at,
        by=by,
        build=build,
        picture_id=picture_id,
        job=job,
    )


def note(appliance: Appliance, seen: Observation, *, job: Any = None) -> None:
    """Take over what an appliance said of itself, as far as it is no news to be decided on.

    Every answer is remembered; the first ever gives its GUID, its product if none was recorded, and
    the rest of a build of which the number alone was. Another version than the recorded one changes
    nothing here: that is a drift. A wrong appliance, or one that did not answer, changes nothing.
    """
    if not seen.answered:
        return
    _identify(appliance, seen, job)
    appliance.last_seen_at = seen.at
    appliance.save(update_fields=["last_seen_at"])
    known = appliance.product_version
    if not WRITTEN.fullmatch(seen.version) or (known and not same(known, seen.version)):
        return
    if known and (not seen.build or covers(appliance.product_build, seen.build)):
        appliance.product_at = seen.at
        appliance.save(update_fields=["product_at"])
    elif not seen.build or covers(seen.build, appliance.product_build):
        record(
            appliance, PRODUCT, seen.version, build=seen.build, source=Source.API, at=seen.at,
            job=job,
        )  # fmt: skip


def _identify(appliance: Appliance, seen: Observation, job: Any) -> None:
    if appliance.guid or not seen.guid:
        return
    appliance.guid = seen.guid
    appliance.save(update_fields=["guid"])
    audit.record(Event.APPLIANCE_IDENTIFIED, appliance, data={"guid": seen.guid}, job=job)
