"""Mails to a person about their own sign-in: what came, went or was changed, and what to do if it
was not them. In their language; to staff too, who are in no customer's outbox.

Written in the transaction of the change; they leave by `own_letters_leaving`.
"""

import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings

from portal import rehearsing
from portal.background import enqueue
from portal.models import OwnLetter, User

APP_ON, APP_OFF, CODES_RENEWED = "app_on", "app_off", "codes_renewed"
PASSKEY_ADDED, PASSKEY_REMOVED = "passkey_added", "passkey_removed"
PASSWORD_CHANGED, STEP_RESET = "password_changed", "step_reset"
COMPANY_TIED, COMPANY_UNTIED = "company_tied", "company_untied"
KEPT = timedelta(days=30)


def write(what: str, user: User, *, name: str = "") -> None:
    """Inside the transaction of the change. `name`: of the passkey, or of the company whose
    account it is about ("": the vendor's)."""
    if rehearsing.twin():
        return
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    now = _now()
    OwnLetter.objects.create(
        user=user, what=what, name=name, happened_at=now, again_at=now,
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
    )  # fmt: skip
    enqueue("portal.send_due_mail")


def forget_old() -> int:
    """Remove what was settled a while ago. Returns how many."""
    return OwnLetter.objects.filter(over_at__lte=_now() - KEPT).delete()[0]


def _now() -> datetime:
    return datetime.now(UTC)
