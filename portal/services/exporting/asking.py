"""Asking for everything of a customer, and fetching it: few a day, each kept for some days."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from portal import audit, permissions, rehearsing, tenancy
from portal.background import enqueue
from portal.errors import NotNow, Refused
from portal.models import Customer, DataExport, EvidenceFile, User
from portal.services import customers, evidence, letters

S = DataExport.State
DAY = timedelta(days=1)
SHOWN = 20
PIECES = 100  # between two looks at whether the reader still may


class ExportUnderWay(NotNow):
    """One at a time."""

    code = "data-export-under-way"


class TooManyExports(Refused):
    """So many were asked for in a day."""

    code = "too-many-data-exports"


class ExportNotThere(NotNow):
    """Its file is not there yet, or not any more."""

    code = "data-export-not-there"


def ask(*, by: Any, at: datetime) -> DataExport:
    """Write down that somebody wants everything of the current customer; a worker makes it. `by` is
    a person or a key of theirs who may. Raises ExportUnderWay, TooManyExports, each with from when
    on, PermissionDenied for who sees some sites alone, and Http404 once the customer is erased."""
    person = _person(by)
    demand_whole(person)
    customers.lock()
    if customers.current().closed_at is not None:  # it is being erased
        raise Http404
    if DataExport.objects.filter(state__in=DataExport.OPEN).exists():
        raise ExportUnderWay(
            _("An export of everything is being made already."),
            remedy=_("Fetch that one when it is ready: it is of today."),
        )
    most = settings.EXPORTS_A_DAY
    asked = list(DataExport.objects.filter(at__gt=at - DAY).order_by("-at").values_list("at"))
    if len(asked) >= most:
        again = letters.moment(asked[most - 1][0] + DAY, person.zone or "UTC", person.zone or "UTC")
        raise TooManyExports(
            _("At most %(most)d exports are made in 24 hours.") % {"most": most},
            remedy=_("Ask again from %(when)s on, or fetch one that is ready.")
            % {"when": again.site},
        )
    row = DataExport.objects.create(customer=customers.current(), by=person, at=at)
    audit.record("customer.export_asked", row, by=by, at=at)
    enqueue("portal.make_exports")
    return row


def latest() -> list[DataExport]:
    """The current customer's last ones, newest first."""
    return list(DataExport.objects.select_related("by").order_by("-at", "pk")[:SHOWN])


def fetch(row: DataExport, *, by: Any, at: datetime) -> Iterator[bytes]:
    """The plain ZIP, piece by piece; that it was taken stands in the trail before. Whoever loses
    the right meanwhile gets no more. Raises ExportNotThere, FileMissing."""
    if row.state != S.MADE or row.expires_at is None or row.expires_at <= at:
        raise ExportNotThere(
            _("The file of this export is not there."),
            remedy=_("Wait until it is ready, or ask for a new one."),
        )
    pieces = evidence.open_file(cast(EvidenceFile, row))  # sealed and stored as those are
    audit.record("customer.exported", row, by=by, at=at, data={"sha256": row.sha256})
    return _while_allowed(pieces, row.customer_id, still(_person(by).pk))


def file_name(row: DataExport, slug: str) -> str:
    return f"{slug}-{row.at:%Y-%m-%d}.zip"


def demand_whole(user: User) -> None:
    """All of it is for those alone who see all of it."""
    if permissions.visible_sites(user) is not None:
        raise PermissionDenied


def still(user_id: uuid.UUID) -> Callable[[], None]:
    """What asks, in the customer's transaction, whether this person may have everything now."""

    def demand() -> None:
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise Http404
        permissions.demand(user, "customer.export")
        demand_whole(user)

    return demand


def due() -> bool:
    """Whether one waits for its worker, or one's day is over."""
    if rehearsing.twin():
        return False
    with tenancy.with_sandboxes():
        return DataExport.across.filter(state__in=[*DataExport.OPEN, S.MADE]).exists()


def _while_allowed(
    pieces: Iterator[bytes], customer_id: uuid.UUID, demand: Callable[[], None]
) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        if number % PIECES == 0:
            with tenancy.transaction(customer_id):
                demand()
                if Customer.objects.exclude(closed_at=None).exists():  # it is being erased
                    raise Http404
        yield piece


def _person(by: Any) -> User:
    """The person of a key; a person is one."""
    return by.user if hasattr(by, "prefix") else by
