"""Passkeys (WebAuthn): a person's own, and signing in with one.

The person's device proves who they are to itself (user verification), so that a passkey alone is
both steps of signing in. What is signed, where and for whom is checked by the library `webauthn`;
whose passkey it is, and that each challenge and count is used once, here.
"""

import logging
import secrets as randomness
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import NotNow, Refused
from portal.later import Library
from portal.models import Passkey, PasskeyChallenge, User
from portal.services import own_letters, passkey_challenges as challenges, second_step

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import structs
else:
    webauthn, helpers = Library("webauthn"), Library("webauthn.helpers")
    structs = Library("webauthn.helpers.structs")

log = logging.getLogger(__name__)
MOST = 20


class PasskeyRefused(Refused):
    """One answer for all reasons: a stranger learns nothing of what is known here."""

    code = "passkey-refused"


class PasskeyKnown(Refused):
    code = "passkey-known"


class TooManyPasskeys(Refused):
    code = "too-many-passkeys"


def of_person(user: User) -> QuerySet[Passkey]:
    return Passkey.objects.filter(user=user).order_by("made_at", "pk")


def can_be_used_by(user: User) -> bool:
    return challenges.are_offered() and of_person(user).exists()


def begin_registration(user: User) -> tuple[uuid.UUID, str]:
    """The ticket to come back with, and what the browser is asked (JSON).

    Raises TooManyPasskeys.
    """
    mine = list(of_person(user))
    _demand_room(len(mine))
    handle = bytes(mine[0].handle) if mine else randomness.token_bytes(64)
    made = challenges.issue(challenges.REGISTER, user=user, handle=handle)
    asked = webauthn.generate_registration_options(
        rp_id=challenges.relying_party(),
        rp_name="Changeover",
        user_id=handle,
        user_name=user.email,
        user_display_name=str(user),
        challenge=made.challenge,
        exclude_credentials=_described(mine),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return made.pk, webauthn.options_to_json(asked)


def register(user: User, ticket: uuid.UUID | None, answer: str, *, name: str) -> list[str]:
    """Keep a new passkey. Returns recovery codes, shown once, where it is the person's first second
    step; else none. Raises PasskeyRefused, PasskeyKnown, TooManyPasskeys."""
    challenge = challenges.take(ticket, challenges.REGISTER)
    if challenge is None or challenge.user != user:
        raise _refused("challenge")
    made = _checked(
        webauthn.verify_registration_response,
        credential=answer,
        expected_challenge=bytes(challenge.challenge),
        expected_rp_id=challenges.relying_party(),
        expected_origin=challenges.origin(),
        require_user_verification=True,
    )
    row = Passkey(
        user=user, handle=challenge.handle, credential_id=made.credential_id, name=name,
        public_key=made.credential_public_key, sign_count=made.sign_count, made_at=_now(),
    )  # fmt: skip
    with transaction.atomic():
        second_step.lock(user)
        _demand_room(Passkey.objects.filter(user=user).count())
        is_first = not second_step.is_on(user)
        _insert(row)
        audit.record_platform("passkey.added", user, by=user, data={"name": name})
        own_letters.write(own_letters.PASSKEY_ADDED, user, name=name)
        return second_step.new_codes(user) if is_first else []


def begin_sign_in(user: User | None = None) -> tuple[uuid.UUID, str]:
    """The ticket, and what the browser is asked (JSON): any passkey of this portal, or one of the
    person whose password was right."""
    return _begin(challenges.SIGN_IN, user)


def _begin(purpose: str, user: User | None) -> tuple[uuid.UUID, str]:
    made = challenges.issue(purpose, user=user)
    asked = webauthn.generate_authentication_options(
        rp_id=challenges.relying_party(),
        challenge=made.challenge,
        allow_credentials=_described(of_person(user)) if user else [],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return made.pk, webauthn.options_to_json(asked)


def sign_in(ticket: uuid.UUID | None, answer: str) -> User:
    """Whose passkey answered. Raises PasskeyRefused; a count that fell is noted in the trail: the
    passkey may have been copied."""
    return _answered(ticket, answer, challenges.SIGN_IN)


def begin_proof(user: User, purpose: str) -> tuple[uuid.UUID, str]:
    """As for signing in: one of this person's, for this purpose alone."""
    return _begin(challenges.PROVE + purpose, user)


def prove(user: User, ticket: uuid.UUID | None, answer: str, *, purpose: str) -> None:
    """That it is still this person. Raises PasskeyRefused."""
    if _answered(ticket, answer, challenges.PROVE + purpose) != user:
        raise _refused("person")


def _answered(ticket: uuid.UUID | None, answer: str, purpose: str) -> User:
    challenge = challenges.take(ticket, purpose)
    if challenge is None:
        raise _refused("challenge")
    row = _answering(challenge, answer)
    proved = _checked(
        webauthn.verify_authentication_response,
        credential=answer,
        expected_challenge=bytes(challenge.challenge),
        expected_rp_id=challenges.relying_party(),
        expected_origin=challenges.origin(),
        credential_public_key=bytes(row.public_key),
        credential_current_sign_count=0,  # compared in _count, by one UPDATE
        require_user_verification=True,
    )
    _count(row, proved.new_sign_count)
    return row.user


def remove(user: User, pk: uuid.UUID) -> None:
    """End one of the person's own passkeys; with the last second step the recovery codes go too.
    Raises NotNow."""
    with transaction.atomic():
        second_step.lock(user)
        row = Passkey.objects.filter(user=user, pk=pk).first()
        if row is None:
            raise NotNow(_("This passkey was removed already."))
        row.delete()
        second_step.forget_unused_codes(user)
        audit.record_platform("passkey.removed", user, by=user, data={"name": row.name})
        own_letters.write(own_letters.PASSKEY_REMOVED, user, name=row.name)


def _answering(challenge: PasskeyChallenge, answer: str) -> Passkey:
    """The passkey that the answer names, of an active person whom the challenge lets answer."""
    said = _checked(helpers.parse_authentication_credential_json, answer)
    row = Passkey.objects.select_related("user").filter(credential_id=said.raw_id).first()
    if row is None or not row.user.is_active:
        raise _refused("credential")
    if challenge.user_id not in (None, row.user_id):
        raise _refused("person")
    handle = said.response.user_handle
    # WebAuthn 7.2, step 6: where nobody was named, the answer must say who it is.
    if (handle is None and challenge.user_id is None) or handle not in (None, bytes(row.handle)):
        raise _refused("handle")
    return row


def _count(row: Passkey, count: int) -> None:
    """Take the authenticator's count, which must have grown; 0 forever: it does not count."""
    grown = Q(sign_count__lt=count) | (Q(sign_count=0) if count == 0 else Q())
    if Passkey.objects.filter(grown, pk=row.pk).update(sign_count=count, last_used_at=_now()):
        return
    data = {"name": row.name, "kept": row.sign_count, "shown": count}
    audit.record_platform("passkey.count_fell", row.user, by=row.user, data=data)
    raise _refused("count")


def _insert(row: Passkey) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise PasskeyKnown(_("This passkey is registered already.")) from error


def _described(rows: Iterable[Passkey]) -> "list[structs.PublicKeyCredentialDescriptor]":
    return [structs.PublicKeyCredentialDescriptor(id=bytes(row.credential_id)) for row in rows]


def _checked(ask: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The library reads what a stranger sent: whatever it stumbles over is no passkey."""
    try:
        return ask(*given, **named)
    except Exception as error:
        raise _refused(type(error).__name__) from error


def _demand_room(kept: int) -> None:
    if kept >= MOST:
        raise TooManyPasskeys(
            _("You have as many passkeys as one person may."), remedy=_("Remove one first.")
        )


def _refused(why: str) -> PasskeyRefused:
    log.info("passkey refused", extra={"outcome": why})
    return PasskeyRefused(
        _("The passkey was not accepted."),
        remedy=_("Try again, or use your password or a code."),
    )


def _now() -> datetime:
    return datetime.now(UTC)
