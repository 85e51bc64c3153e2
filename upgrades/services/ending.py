"""A sandbox ends: by whoever made it, or after SANDBOX_DAYS in which nobody used it.

From that moment nobody enters it, its keys open nothing and its clock is the installation's again.
A worker takes its appliances out of the simulator; then its rows, files, people and names go as a
customer's do (portal/services/erasing), with nobody to confirm it, since nothing there is of a real
customer. Broken off anywhere, it is gone on with.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import translation

from portal import audit, permissions, tenancy
from portal.background import enqueue
from portal.egress.simulator import NoSimulator, control
from portal.models import ApiKey, AuditEvent, CalendarFeed, Customer, Erasure, Message, User
from portal.services import customers, messages
from portal.services.erasing import asking
from upgrades.events import SandboxEvent
from upgrades.services import sandboxes
from upgrades.services.alone import SANDBOXES, alone

log = logging.getLogger(__name__)
NOTICE = timedelta(days=7)  # from telling that it ends until it does
TOLD = "sandbox_ends"
S, Stage = Erasure.State, Erasure.Stage


def end(customer: Customer, *, by: Any, at: datetime) -> None:
    """Close a sandbox at once and for good; what it holds goes soon after. `by`: a person, a key,
    or None for the portal. Nothing if it ends already. Outside any transaction."""
    with tenancy.transaction(customer):
        customers.lock()
        row = customers.current()
        if not row.is_sandbox:  # nothing real goes this way, whatever called
            raise ValueError("Only a sandbox ends like this.")
        if by is not None:
            demand_whole(by)
        if row.closed_at is None:
            _close(row, by=by, at=at)


def ends_at(customer: Customer) -> datetime:
    """When it ends unless somebody uses it before; in the sandbox's transaction. Real time."""
    over = _used_at(customer) + timedelta(days=settings.SANDBOX_DAYS)
    told = _told(customer)
    return max(over, told.written_at + NOTICE) if told else over


def look_after(at: datetime) -> None:
    """Tell of those that end soon, end those whose time is over, and go on with what ends."""
    for customer_id in _open():
        with tenancy.transaction(customer_id):
            row = customers.current()
            if row.closed_at is None:
                _judge(row, at)
    clear_due(at)


def clear_due(at: datetime) -> int:
    """Take appliances of ended sandboxes out of the simulator, one worker each; how many sandboxes
    were cleared, whose rows go next. Outside any transaction."""
    done = 0
    for customer_id in _ending():
        with alone(customer_id, SANDBOXES) as ours:
            if not ours:
                continue
            try:
                done += _cleared(customer_id, at)
            except NoSimulator:
                log.warning("the simulator is away; ended sandboxes wait for the next sweep")
                return done
    return done


def _close(row: Customer, *, by: Any, at: datetime) -> None:
    person = by.user if hasattr(by, "prefix") else by
    erasure = Erasure(
        customer=row, customer_name=row.name, stage=Stage.PARK, asked_at=at, due_at=at,
        asked_by_id=getattr(person, "pk", None), asked_by_name=str(by or "Changeover"),
        asked_by_staff=bool(person and person.is_staff),
    )  # fmt: skip
    erasure.save(force_insert=True)
    ApiKey.objects.filter(customer_id=row.pk, revoked_at=None).update(revoked_at=at)
    CalendarFeed.objects.filter(customer_id=row.pk, ended_at=None).update(ended_at=at)
    audit.record(SandboxEvent.ENDED, row, by=by, at=at)
    Customer.objects.filter(pk=row.pk).update(closed_at=at, clock_ahead=timedelta())
    enqueue("upgrades.end_sandboxes")


def _judge(row: Customer, at: datetime) -> None:
    over, told = _used_at(row) + timedelta(days=settings.SANDBOX_DAYS), _told(row)
    if told is None and at >= over - NOTICE:
        _tell(row, max(over, at + NOTICE), at)
    elif told is not None and at >= max(over, told.written_at + NOTICE):
        _close(row, by=None, at=at)


def _tell(row: Customer, over: datetime, at: datetime) -> None:
    """Whoever made it, and its administrators; its approver reads no mail."""
    makers = User.objects.filter(
        pk__in=ApiKey.objects.filter(customer_id=row.pk).values("user_id"), is_active=True
    )
    people = {user.pk: user for user in [*asking.administrators(), *makers]}
    for user in people.values():
        if user.email.endswith(".invalid"):
            continue
        with translation.override(user.language):
            messages.write(
                TOLD, to=user, about=row, key=f"{row.pk}:{over.date()}", at=at,
                context={
                    "sandbox": row.name, "over": over,
                    "link": f"{settings.PUBLIC_URL}/c/{row.slug}/sandbox/",
                },
            )  # fmt: skip


def _used_at(row: Customer) -> datetime:
    """When somebody last used it, by a key or on its pages; by the installation's clock. What is
    written in its trail stands there by its own, which is ahead by no more than it is now."""
    used = [row.opened_at]
    used += ApiKey.objects.filter(customer_id=row.pk).exclude(last_used_at=None).values_list(
        "last_used_at", flat=True
    )  # fmt: skip
    acts = AuditEvent.objects.filter(actor_kind__in=["person", "key"])
    if (last := acts.order_by("-number").values_list("at", flat=True).first()) is not None:
        used.append(last - row.clock_ahead)
    return max(used)


def _told(row: Customer) -> Message | None:
    """That its end was told, since it was last used."""
    rows = Message.objects.filter(kind=TOLD, about_id=row.pk, written_at__gte=_used_at(row))
    return rows.order_by("written_at").first()


def _cleared(customer_id: uuid.UUID, at: datetime) -> bool:
    with tenancy.transaction(customer_id):
        hosts = {box.host for plan in sandboxes.plans(customers.current()) for box in plan.boxes}
    if sandboxes.has_simulator():
        there = {row["hostname"] for row in control("GET", "/_sim/appliances")["appliances"]}
        for host in sorted(hosts & there):
            control("DELETE", f"/_sim/appliances/{host}")
    with tenancy.transaction(customer_id):
        erasure = asking.current()
        if erasure is None or erasure.state != S.ASKED:
            return False
        erasure.confirm(at=at)
        erasure.stage = ""
        erasure.save()
        enqueue("portal.erase_customers")
    return True


def _open() -> list[uuid.UUID]:
    with tenancy.with_sandboxes():
        rows = Customer.across.filter(sandbox_shapes__isnull=False, closed_at=None)
        return list(rows.values_list("pk", flat=True))


def _ending() -> list[uuid.UUID]:
    with tenancy.with_sandboxes():
        rows = Erasure.across.filter(state=S.ASKED, stage=Stage.PARK)
        return list(rows.values_list("customer_id", flat=True))


def demand_whole(by: Any) -> None:
    """Somebody who sees some sites alone decides nothing about all of it. Raises
    PermissionDenied."""
    person = by.user if hasattr(by, "prefix") else by
    if permissions.visible_sites(person) is not None:
        raise PermissionDenied
