"""The e-mail domains that a customer's provider speaks for: named by the customer, confirmed by the
vendor, of one customer alone. While one waits, whoever may confirm it is told. Real time.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions
from portal.errors import NotNow, Refused
from portal.models import CompanyDomain, CompanyProvider, User
from portal.services import customers, messages


class DomainTaken(Refused):
    """Confirmed for another customer, or the vendor's own."""

    code = "company-domain-taken"


def of_customer() -> list[CompanyDomain]:
    """The current customer's, each with who named it (`asked_by`: a person, or None)."""
    rows = list(CompanyDomain.objects.order_by("domain"))
    people = User.objects.in_bulk([row.asked_by_id for row in rows if row.asked_by_id])
    for row in rows:
        row.asked_by = people.get(row.asked_by_id)
    return rows


def keep(row: CompanyProvider, wanted: Collection[str], *, by: Any) -> list[str]:
    """These domains and no others are the provider's; returns those that are new, and wait."""
    CompanyDomain.objects.exclude(domain__in=wanted).delete()
    known = set(CompanyDomain.objects.values_list("domain", flat=True))
    new = [domain for domain in wanted if domain not in known]
    for domain in new:
        CompanyDomain.objects.create(
            customer_id=row.customer_id, provider=row, domain=domain, asked_at=_now(),
            asked_by_id=by.pk if isinstance(by, User) else None,
        )  # fmt: skip
    return new


def tell_staff(row: CompanyProvider, new: list[str], *, by: Any, at: datetime) -> None:
    """Whoever may confirm domains is told of those that wait; of the same ones once a day."""
    if new:
        messages.write_all(
            "domain_waits", to=messages.support_people(permissions.MANAGES), about=row, at=at,
            key=f"{row.pk}:{at.date()}:{' '.join(new)}", asks=(row.pk, ""),
            context={"by": str(by), "domains": ", ".join(new), "link": _page()},
        )  # fmt: skip


def confirm(domain: CompanyDomain, *, by: Any, at: datetime) -> CompanyDomain:
    """The vendor knows that the domain is this customer's; its administrators are told. Raises
    DomainTaken, NotNow."""
    taken = CompanyDomain.across.filter(domain=domain.domain, confirmed_at__isnull=False)
    if domain.domain in settings.STAFF_OIDC_DOMAINS or taken.exclude(pk=domain.pk).exists():
        raise _taken(domain)
    if domain.confirmed_at:
        raise NotNow(_("This domain was confirmed already."))
    domain.confirmed_at = _now()
    try:
        with transaction.atomic():
            domain.save(update_fields=["confirmed_at"])
    except IntegrityError as error:
        raise _taken(domain) from error
    told = {"domain": domain.domain}
    audit.record("company_provider.domain_confirmed", domain, by=by, at=at, data=told)
    tell_platform("company_provider.domain_confirmed", domain, by, at, told)
    messages.write_all(
        "domain_confirmed", to=messages.people_of(roles=[permissions.ADMINISTRATOR]),
        about=domain.provider, key=str(domain.pk), at=at, context={**told, "link": _page()},
    )  # fmt: skip
    return domain


def tell_platform(event: str, row: Any, by: Any, at: datetime, told: dict[str, Any]) -> None:
    """What support did with a customer stands in the platform's own trail too."""
    if getattr(by, "is_staff", False):
        audit.record_platform(event, row, by=by, at=at, about_customer=row.customer_id, data=told)


def _page() -> str:
    return f"{settings.PUBLIC_URL}/c/{customers.current().slug}/company-sign-in/"


def _taken(domain: CompanyDomain) -> DomainTaken:
    return DomainTaken(
        _("“%(domain)s” is spoken for already.") % {"domain": domain.domain},
        remedy=_("A domain belongs to one customer, or to the vendor itself."),
    )


def _now() -> datetime:
    return datetime.now(UTC)
