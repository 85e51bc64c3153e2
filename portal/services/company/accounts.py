"""Whose account it is: known by its tie; tied, once, to somebody who was invited before.

An account never makes a person, and never opens one who is of staff, disabled, or a member
elsewhere: one sentence for all of those, so that a provider's owner learns nothing of them.
"""

import logging
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, tenancy
from portal.errors import Refused
from portal.models import CompanyDomain, CompanyProvider, CompanyTie, StaffTie, User
from portal.services import company_ties, customers, own_letters, people
from portal.services.company import finding
from portal.services.oidc.tokens import Account

log = logging.getLogger(__name__)


class AccountRefused(Refused):
    """The provider knows this account, and it opens nothing here."""

    code = "company-account-refused"


class OtherAccount(Refused):
    """Whoever shows that it is still them came with another account."""

    code = "company-other-account"


def settle(customer_id: uuid.UUID | None, account: Account) -> tuple[User, uuid.UUID]:
    """The person of this account, and the tie. Raises AccountRefused."""
    try:
        if customer_id is None:
            with transaction.atomic():
                return _of_staff(account)
        with tenancy.transaction(customer_id):
            return _of_customer(customer_id, account)
    except IntegrityError as error:  # two first sign-ins at once: one of them tied
        raise _refused("at-once", _("Two sign-ins came at once."), _("Sign in again.")) from error


def demand_same(
    customer_id: uuid.UUID | None, account: Account, *, tie: uuid.UUID | None, user: User
) -> None:
    """That it is the very account of this tie, and the tie this person's. Raises OtherAccount."""
    same = {"pk": tie, "user": user, "issuer": account.issuer, "subject": account.subject}
    if customer_id is None:
        holds = StaffTie.objects.filter(**same).exists()
    else:
        with tenancy.transaction(customer_id):
            holds = CompanyTie.objects.filter(**same).exists()
    if not holds:
        log.warning("company sign-in refused", extra={"outcome": "other-account"})
        raise OtherAccount(
            _("There you signed in with another account than here."),
            remedy=_("Sign in there with the account that you came here with."),
        )


def _of_customer(customer_id: uuid.UUID, account: Account) -> tuple[User, uuid.UUID]:
    enabled = CompanyProvider.State.ENABLED
    known = CompanyProvider.objects.select_for_update(of=("self",))
    provider = known.filter(state=enabled, issuer=account.issuer).first()
    if provider is None:
        raise _nobody("disabled")
    ties = CompanyTie.objects.select_related("user")
    tie = ties.filter(issuer=account.issuer, subject=account.subject).first()
    if tie is not None:
        _demand_at_home(tie.user, customer_id)
        CompanyTie.objects.filter(pk=tie.pk).update(used_at=_now())
        return tie.user, tie.pk
    email = _address(account, suffices=provider.domain_suffices)
    domain = finding.domain_of(email)
    spoken_for = CompanyDomain.objects.filter(domain=domain, confirmed_at__isnull=False)
    if not spoken_for.exists():
        raise _foreign(domain)
    user = people.active(email)
    if user is None:
        raise _nobody("unknown")
    _demand_at_home(user, customer_id)
    if ties.filter(user=user).exists():
        raise _another()
    tie = CompanyTie.objects.create(
        customer_id=customer_id, provider=provider, user=user, issuer=account.issuer,
        subject=account.subject, made_at=_now(), used_at=_now(),
    )  # fmt: skip
    told = {"person": str(user.pk), "subject": account.subject}
    audit.record("company_tie.made", tie, by=user, at=clock.now(), data=told)
    own_letters.write(own_letters.COMPANY_TIED, user, name=customers.current().name)
    return user, tie.pk


def _of_staff(account: Account) -> tuple[User, uuid.UUID]:
    ties = StaffTie.objects.select_related("user")
    tie = ties.filter(issuer=account.issuer, subject=account.subject).first()
    if tie is not None:
        if not (tie.user.is_staff and tie.user.is_active):
            raise _nobody("not-staff")
        StaffTie.objects.filter(pk=tie.pk).update(used_at=_now())
        return tie.user, tie.pk
    domain = finding.domain_of(_address(account))
    if domain not in settings.STAFF_OIDC_DOMAINS:
        raise _foreign(domain)
    user = people.active(account.email)
    if user is None or not user.is_staff:
        raise _nobody("not-staff")
    if ties.filter(user=user).exists():
        raise _another()
    tie = StaffTie.objects.create(
        user=user, issuer=account.issuer, subject=account.subject, made_at=_now(), used_at=_now()
    )
    told = {"email": user.email, "subject": account.subject}
    audit.record_platform("staff.tied", user, by=user, at=clock.now(), data=told)
    own_letters.write(own_letters.COMPANY_TIED, user)
    return user, tie.pk


def _address(account: Account, *, suffices: bool = False) -> str:
    """The verified address; with `suffices` also one of which nothing is said, whose domain is
    asked next. Raises AccountRefused without one."""
    email = account.email or (account.unsaid if suffices else "")
    if not email:
        why = "unverified" if account.has_address else "no-address"
        raise _refused(
            why,
            _("Your company’s sign-in does not say that your e-mail address is verified."),
            _("Your administrator lets it send the claims “email” and “email_verified”."),
        )
    return email


def _demand_at_home(user: User, customer_id: uuid.UUID) -> None:
    """An active member of this customer, of no other, and not of staff."""
    if user.is_staff or not user.is_active:
        raise _nobody("not-a-member")
    if company_ties.homes_of(user.pk) != [customer_id]:
        raise _nobody("not-at-home")


def _nobody(why: str) -> AccountRefused:
    return _refused(
        why,
        _("Your company’s account opens nothing here."),
        _("Ask your administrator to invite you. If you have a password here, use that."),
    )


def _foreign(domain: str) -> AccountRefused:
    return _refused(
        "foreign-domain",
        _("Your company’s sign-in may not speak for addresses of “%(domain)s”.")
        % {"domain": domain},
        _("Your administrator adds the domain, and the vendor confirms it."),
    )


def _another() -> AccountRefused:
    return _refused(
        "another-account",
        _("Here you are tied to another account of your company."),
        _("If that one is gone, your administrator takes the tie away."),
    )


def _refused(why: str, sentence: object, remedy: object) -> AccountRefused:
    log.warning("company sign-in refused", extra={"outcome": why})
    return AccountRefused(sentence, remedy=remedy)


def _now() -> datetime:
    return datetime.now(UTC)
