"""The worker's part: piece by piece, each a transaction of its own that names the state it needs.

Whatever dies in between goes on where it was; what is gone already is not there to go again. The
last mail leaves before the addresses go, and the names in the trail go last of all.
"""

import logging
import math
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.utils import translation

from portal import audit, tenancy
from portal.models import ApiKey, CalendarFeed, Customer, Erasure, Membership, Message, User
from portal.services import customers, messages, twins
from portal.services.erasing import asking, closing, obstacles, tables

log = logging.getLogger(__name__)
S, Stage = Erasure.State, Erasure.Stage
ROWS = 2_000  # of one transaction
SECONDS = 20  # of one turn: mails are sent by the same workers
LAST_MAIL = timedelta(days=1)  # a mail server that is away keeps nobody's data longer


def due(at: datetime) -> list[uuid.UUID]:
    """The customers whose day has come, and those that are half erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door_erasures_due(%s)", [at])
        return [row[0] for row in cursor.fetchall()]


def turn(at: datetime) -> None:
    """Carry out what is due for some seconds; the next turn goes on. Any number of workers may, and
    it may be broken off at any time."""
    until = time.monotonic() + SECONDS
    for customer_id in due(at):
        try:
            carry_out(customer_id, at, until=until)
        except OSError as error:  # its files; the others' turn comes all the same
            log.error("an erasure stands still: %s", type(error).__name__)


def carry_out(customer_id: uuid.UUID, at: datetime, *, until: float = math.inf) -> Erasure | None:
    """One customer's erasure as far as it goes now; the row as it is then, None if there is none.

    It stops where something stands in the way, where another worker is at it, and while the last
    mails have not left.
    """
    while time.monotonic() < until and _piece(customer_id, at):
        pass
    with tenancy.transaction(customer_id):
        return asking.current()


def _piece(customer_id: uuid.UUID, at: datetime) -> bool:
    """Whether there is more to do at once. Files go outside the transaction, after their rows."""
    with tenancy.transaction(customer_id):
        erasure = _taken()
        if erasure is None or erasure.state == S.CONFIRMED:
            return erasure is not None and erasure.due_at <= at and _begin(erasure, at)
        if erasure.state != S.ERASING:
            return False
        if erasure.stage != Stage.ROWS:
            return PIECES[erasure.stage](erasure, at)
        if _erase_rows(erasure):
            return True
    files = _erase_files(customer_id)
    with tenancy.transaction(customer_id):
        if (erasure := _taken()) is None or erasure.stage != Stage.ROWS:
            return False
        erasure.files += files
        erasure.stage = Stage.LETTERS if erasure.told_at is None else Stage.PEOPLE
        erasure.save()
    return True


def _taken() -> Erasure | None:
    """The erasure, for this transaction ours alone; None while another worker has it."""
    rows = Erasure.objects.exclude(state=S.TAKEN_BACK)
    return rows.select_for_update(skip_locked=True, no_key=True).first()


def _begin(erasure: Erasure, at: datetime) -> bool:
    """Close every way in at once, unless something would be left in the middle."""
    sandbox = customers.current().is_sandbox  # holds nothing of anybody: nothing stands in its way
    if not sandbox and (standing := obstacles.found(at)):
        log.warning("an erasure waits: %s", standing[0].sentence)
        return False
    begin(erasure, at, tell=not sandbox)
    return True


def begin(erasure: Erasure, at: datetime, *, tell: bool) -> None:
    """Whatever stands there: nobody enters from now on. `tell`: its administrators are told at the
    end."""
    erasure.begin(at=at)
    erasure.told_ids = [user.pk for user in asking.administrators()] if tell else []
    erasure.person_ids = _everybody()
    erasure.save()
    ApiKey.objects.filter(customer_id=erasure.customer_id, revoked_at=None).update(revoked_at=at)
    CalendarFeed.objects.filter(customer_id=erasure.customer_id, ended_at=None).update(ended_at=at)
    members, _each = Membership.objects.all().delete()
    _count(erasure, {Membership._meta.label: members})
    Customer.objects.filter(pk=erasure.customer_id).update(closed_at=at)
    audit.record("customer.erasure_begun", erasure, at=at)


def _everybody() -> list[uuid.UUID]:
    """The customer's people: members, and whoever else its trail names as a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM portal_membership WHERE customer_id = %(customer)s"
            " UNION SELECT id FROM portal_user WHERE staff_role = '' AND id IN ("
            "   SELECT actor_id FROM portal_auditevent"
            "    WHERE customer_id = %(customer)s AND actor_kind = 'person'"
            "   UNION SELECT subject_id FROM portal_auditevent"
            "    WHERE customer_id = %(customer)s AND subject_type = 'portal.user'"
            "   UNION SELECT (data ->> 'person')::uuid FROM portal_auditevent"
            "    WHERE customer_id = %(customer)s AND name LIKE 'member.%%'"
            "      AND data ->> 'person' ~ '^[0-9a-f-]{36}$')"
            " ORDER BY 1",
            {"customer": tenancy.current_customer_id()},
        )
        return [row[0] for row in cursor.fetchall()]


def _erase_rows(erasure: Erasure) -> bool:
    """Some thousand rows of the first table that has any; False when none has."""
    obstacles.forget(erasure.customer_id)
    for model in tables.owned():
        if gone := _erased(model):
            _count(erasure, {model._meta.label: gone})
            return True
    keys, feeds = _ways_in()
    _count(erasure, {ApiKey._meta.label: keys, CalendarFeed._meta.label: feeds})
    return False


def _erased(model: Any) -> int:
    most = 1 << 40 if tables.refers_to_itself(model) else ROWS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT door_erase_rows(%s, %s, %s)",
            [tenancy.current_customer_id(), model._meta.db_table, most],
        )
        gone: int = cursor.fetchone()[0]
    return gone


def _ways_in() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT keys, feeds FROM door_erase_ways_in(%s)", [tenancy.current_customer_id()]
        )
        keys, feeds = cursor.fetchone()
    return keys, feeds


def _letters_left(erasure: Erasure, at: datetime) -> bool:
    """Write the last mails; go on when they have left, were given up, or have had their day."""
    if erasure.told_at is None:
        for user in User.objects.filter(pk__in=erasure.told_ids, is_active=True):
            with translation.override(user.language):
                messages.write(
                    "erasure_done", to=user, about=erasure, key=str(erasure.pk), at=at,
                    context={"receipt": str(erasure.pk), "began": erasure.begun_at},
                )  # fmt: skip
        erasure.told_at = at
        erasure.save()
        return True
    waiting = Message.objects.filter(state__in=[Message.State.QUEUED, Message.State.FAILED])
    if waiting.exists() and at < erasure.told_at + LAST_MAIL:
        return False
    erasure.stage = Stage.ROWS  # once more: the mails, and what a worker wrote meanwhile
    erasure.save()
    return True


def _erase_people(erasure: Erasure, at: datetime) -> bool:
    """The next person: gone if nothing else of the portal names them."""
    done = sum(erasure.people.values())
    if done == len(erasure.person_ids):
        erasure.stage = Stage.TRAIL
    else:
        person = erasure.person_ids[done]
        with connection.cursor() as cursor:
            cursor.execute("SELECT door_erase_person(%s, %s)", [erasure.customer_id, person])
            became = cursor.fetchone()[0]
        erasure.people[became] = erasure.people.get(became, 0) + 1
        if became == "gone":
            erasure.gone_ids = [*erasure.gone_ids, person]
    erasure.save()
    return True


def _end(erasure: Erasure, at: datetime) -> bool:
    """Names last. A row that was written meanwhile goes first."""
    if any_row():  # its events too are renamed in their turn
        erasure.stage = Stage.ROWS
        erasure.save()
        return True
    if not closing.replace_names(erasure, most=ROWS):
        erasure.save()
        return True
    closing.close(erasure, at)
    return False


PIECES = {Stage.LETTERS: _letters_left, Stage.PEOPLE: _erase_people, Stage.TRAIL: _end}


def any_row() -> bool:
    """Whether the current customer still has a row that is to go."""
    return any(tenancy.every_row(model).exists() for model in tables.owned())


def _count(erasure: Erasure, gone: dict[str, int]) -> None:
    for label, rows in gone.items():
        if rows:
            erasure.counts[label] = erasure.counts.get(label, 0) + rows
    erasure.save()


def _erase_files(customer_id: uuid.UUID) -> int:
    """Every stored file of the customer, whether or not a row named it; how many."""
    folder = str(customer_id)
    files = _files_under(folder)
    twins.remove_folder(folder)
    if left := _files_under(folder):
        raise OSError(f"{left} files of an erased customer cannot be removed")
    return files


def _files_under(folder: str) -> int:
    if not default_storage.exists(folder):
        return 0
    folders, files = default_storage.listdir(folder)
    return len(files) + sum(_files_under(f"{folder}/{inner}") for inner in folders)
