"""The second step of signing in: a code of an authenticator app (TOTP, RFC 6238), one of ten
recovery codes, or a passkey (`passkeys`). Real time throughout.

A code is good once: the time step of the last one is kept, and taken by one UPDATE, so that two
requests with the same code cannot both pass (RFC 6238, section 5.2).
"""

import base64
import hashlib
import secrets as randomness
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import audit, secrets
from portal.errors import NotNow, Refused
from portal.models import Passkey, RecoveryCode, SecondStep, User
from portal.services import own_letters, sessions, signin

CODES = 10
DIGITS, SECONDS = 6, 30
DRIFT = 1  # a telephone's clock may be one time step early or late


class WrongCode(Refused):
    code = "wrong-code"


class StepIsDemanded(Refused):
    """Staff may renew the second step, not leave it."""

    code = "second-step-demanded"


@dataclass(frozen=True)
class Key:
    """What an app needs: the key as text to type, and as an address for a QR code."""

    text: str
    address: str


def is_demanded(user: User) -> bool:
    """Whether the person may do nothing before they have a second step: staff, by setting."""
    return bool(user.is_staff and settings.SECOND_STEP_FOR_STAFF)


def is_on(user: User) -> bool:
    """Whether the password alone does not sign the person in: they have an app, or a passkey."""
    return has_app(user) or Passkey.objects.filter(user=user).exists()


def has_app(user: User) -> bool:
    return SecondStep.objects.filter(user=user, confirmed_at__isnull=False).exists()


def being_set_up(user: User) -> Key | None:
    """The key that waits for its first code; None: there is none, or it has had one."""
    row = SecondStep.objects.filter(user=user, confirmed_at=None).first()
    return _key(user, _secret(row)) if row else None


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def prepare(user: User) -> Key:
    """A new key, which counts once its first code was typed. Raises NotNow where one counts."""
    lock(user)
    if has_app(user):
        raise NotNow(
            _("The second step is on already."), remedy=_("Turn it off first, with a code.")
        )
    SecondStep.objects.filter(user=user).delete()
    secret = pyotp.random_base32(length=32)
    row = SecondStep(user=user, made_at=_now())
    row.secret, row.secret_key_id = secrets.seal(secret, context=secrets.context_of(row, "secret"))
    row.save(force_insert=True)
    return _key(user, secret)


@sensitive_variables("code")
def confirm(user: User, code: str, *, address: str) -> list[str]:
    """The app's first code turns the second step on. Returns the recovery codes, which are shown
    once. Raises NotNow, WrongCode, TooManyTries."""
    tries = signin.demand_few_tries("second-step", user.email, address)
    with transaction.atomic():
        lock(user)
        row = SecondStep.objects.filter(user=user, confirmed_at=None).first()
        if row is None:
            raise NotNow(_("Nothing is being set up."), remedy=_("Begin again."))
        step = _step_of(_secret(row), code)
        if step is None:
            raise _wrong()
        row.confirmed_at, row.last_used = _now(), step
        row.save(update_fields=["confirmed_at", "last_used"])
        audit.record_platform("second_step.turned_on", user, by=user)
        own_letters.write(own_letters.APP_ON, user)
        codes = new_codes(user)
    tries.clear()
    return codes


@sensitive_variables("code")
def check(user: User, code: str, *, address: str) -> None:
    """A code of the app or a recovery code, each good once. Raises WrongCode, TooManyTries."""
    tries = signin.demand_few_tries("second-step", user.email, address)
    if not (_use_app(user, code) or _use_recovery(user, code)):
        raise _wrong()
    tries.clear()


@sensitive_variables("code")
def renew_codes(user: User, code: str, *, address: str) -> list[str]:
    """Ten new recovery codes; the old ones end. Raises WrongCode, TooManyTries."""
    check(user, code, address=address)
    with transaction.atomic():
        lock(user)
        audit.record_platform("second_step.codes_renewed", user, by=user)
        own_letters.write(own_letters.CODES_RENEWED, user)
        return new_codes(user)


@sensitive_variables("code")
def turn_off(user: User, code: str, *, address: str) -> None:
    """The app goes; passkeys stay, and the recovery codes with them.

    Raises StepIsDemanded for staff, WrongCode, TooManyTries.
    """
    if is_demanded(user):
        raise StepIsDemanded(
            _("Staff sign in with a second step."),
            remedy=_("With a new telephone, ask an administrator to reset it."),
        )
    check(user, code, address=address)
    with transaction.atomic():
        lock(user)
        SecondStep.objects.filter(user=user).delete()
        forget_unused_codes(user)
        audit.record_platform("second_step.turned_off", user, by=user)
        own_letters.write(own_letters.APP_OFF, user)


def reset(user: User, *, by: Any, at: datetime | None = None, keep_passkeys: bool = False) -> None:
    """For somebody who lost telephone and codes: they are signed out everywhere, sign in by
    password, and set it up anew. Whoever does it must know that it is them who asks."""
    with transaction.atomic():
        lock(user)
        SecondStep.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        ended = 0 if keep_passkeys else Passkey.objects.filter(user=user).delete()[0]
        sessions.end_all(user)
        data = {"email": user.email, "passkeys": ended}
        audit.record_platform("second_step.reset", user, by=by, at=at, data=data)
        if user.is_staff:  # a member is told in their customer's ledger
            own_letters.write(own_letters.STEP_RESET, user)


def lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def forget_unused_codes(user: User) -> None:
    """Recovery codes go with the last second step."""
    if not is_on(user):
        RecoveryCode.objects.filter(user=user).delete()


def _use_app(user: User, code: str) -> bool:
    row = SecondStep.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = _step_of(_secret(row), code) if row else None
    if row is None or step is None:
        return False
    return bool(SecondStep.objects.filter(pk=row.pk, last_used__lt=step).update(last_used=step))


def _use_recovery(user: User, code: str) -> bool:
    left = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
    used = bool(left.update(used_at=_now()))
    if used:
        audit.record_platform("second_step.code_used", user, by=user)
    return used


def _step_of(secret: str, code: str) -> int | None:
    """The time step that the code belongs to, a little early or late; None: to none of them."""
    typed = "".join(code.split())
    now = int(_now().timestamp()) // SECONDS
    app = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    fits = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if pyotp.utils.strings_equal(typed, app.generate_otp(step))
    ]
    return fits[-1] if fits else None


def new_codes(user: User) -> list[str]:
    """Ten recovery codes; earlier ones end. With the person locked."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_readable(randomness.token_bytes(10)) for _number in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(code)) for code in codes
    )
    return codes


def _readable(random: bytes) -> str:
    """80 bits as four groups of four letters and digits."""
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _digest(code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def _secret(row: SecondStep) -> str:
    return secrets.unseal(
        row.secret, key_id=row.secret_key_id, context=secrets.context_of(row, "secret")
    )


def _key(user: User, secret: str) -> Key:
    app = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return Key(secret, app.provisioning_uri(name=user.email, issuer_name="Changeover"))


def _wrong() -> WrongCode:
    return WrongCode(
        _("The code is not right, or was used before."),
        remedy=_("Wait for the next code of your app, or use a recovery code."),
    )


def _now() -> datetime:
    return datetime.now(UTC)
