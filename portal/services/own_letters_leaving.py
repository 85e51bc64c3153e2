"""Letters about people's own sign-in leave: taken with a pause, sent with no transaction open, and
what came of it written after. One that is cut off in between leaves again, its Message-ID the same.
"""

import logging
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.mailing.mime import Mail, NotWritable, mail
from portal.mailing.wire import Wire
from portal.models import OwnLetter
from portal.services import delivery, letters, own_letters

log = logging.getLogger(__name__)
KIND = "sign_in_changed"
BATCH = 20
PASSKEYS = (own_letters.PASSKEY_ADDED, own_letters.PASSKEY_REMOVED)
COMPANY = (own_letters.COMPANY_TIED, own_letters.COMPANY_UNTIED)


def send_due() -> int:
    """Send what is due; how many left. Any number of processes may do this at once."""
    began = time.monotonic()
    taken = _taken()
    if not taken:
        return 0
    left = 0
    with Wire(settings.EMAIL_TIMEOUT, until=began + delivery.LAST_WORD) as wire:
        for letter in taken:
            if time.monotonic() - began > delivery.LAST_BEGIN:
                break  # the rest is due again after its pause, the shortest of which is our lease
            left += _settle(letter, _try(wire, letter))
    return left


def _taken() -> list[OwnLetter]:
    """Those that are due, each with the pause that follows if nobody reports of it."""
    with transaction.atomic():
        due = OwnLetter.objects.filter(over_at=None, again_at__lte=_now()).order_by("again_at")
        rows = list(
            due.select_for_update(of=("self",), skip_locked=True).select_related("user")[:BATCH]
        )
        for row in rows:
            pause = delivery.PAUSES[min(row.tries, len(delivery.PAUSES) - 1)]
            row.tries, row.again_at = row.tries + 1, _now() + pause
        OwnLetter.objects.bulk_update(rows, ["tries", "again_at"])
    return rows


def _try(wire: Wire, letter: OwnLetter) -> Exception | None:
    try:
        wire.begin(_mail(letter))
    except NotWritable as problem:
        return problem
    except Exception as fault:  # of ours, in one letter: the others leave
        log.exception("a letter could not be made ready", extra={"outcome": str(letter.pk)})
        return fault
    return wire.finish()


def _settle(letter: OwnLetter, problem: Exception | None) -> bool:
    if problem is not None:
        log.warning("a letter about sign-in did not leave", extra={"outcome": str(letter.pk)})
    if problem is None or delivery.is_final(problem, letter.tries):
        OwnLetter.objects.filter(pk=letter.pk).update(over_at=_now(), left=problem is None)
    return problem is None


def _mail(letter: OwnLetter) -> Mail:
    """Raises NotWritable."""
    user = letter.user
    written = letters.render(
        KIND, language=user.language, zone=user.zone, site_zone=user.zone,
        context={
            "name": user.name, "staff": user.is_staff, "what": letter.what,
            "passkey": letter.name if letter.what in PASSKEYS else "",
            "company": letter.name if letter.what in COMPANY else "",
            "of_company": letter.what in COMPANY, "when": letter.happened_at,
            "contact": settings.SUPPORT_CONTACT,
            "new_password": f"{settings.PUBLIC_URL}{reverse('portal:new-link')}",
        },
    )  # fmt: skip
    return mail(
        sender=settings.DEFAULT_FROM_EMAIL, to=user.email, subject=written.subject,
        text=written.text, html=written.html, calendars=[],
        headers={
            "Message-ID": letter.message_id, "Content-Language": user.language,
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
