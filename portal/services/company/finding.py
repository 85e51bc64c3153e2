"""Which provider signs in whom: a customer's by the address's domain, the staff's by setting."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from portal import egress, secrets, tenancy
from portal.models import CompanyProvider
from portal.services import customers
from portal.services.oidc import discovery
from portal.services.oidc.tokens import Client


@dataclass(frozen=True)
class Provider:
    """An enabled provider with its secret opened. `customer_id` None: the staff's."""

    customer_id: uuid.UUID | None
    issuer: str
    client: Client


def domain_of(email: str) -> str:
    """What stands after the last @, as names are written; "": nothing that could be a domain."""
    try:
        return egress.canonical_name(email.rpartition("@")[2].strip())
    except egress.OutgoingError:
        return ""


def is_offered() -> bool:
    """Whether anybody at all may sign in this way."""
    return has_staff_provider() or customer_of(None) is not None


def of_domain(domain: str) -> Provider | None:
    """The provider for addresses of a domain, whoever has such an address; None: there is none."""
    if not domain:
        return None
    if domain in settings.STAFF_OIDC_DOMAINS:
        return of_staff()
    customer_id = customer_of(domain)
    return of_customer(customer_id) if customer_id else None


@sensitive_variables("secret")
def of_customer(customer_id: uuid.UUID) -> Provider | None:
    """The customer's provider while it is enabled."""
    with tenancy.transaction(customer_id):
        row = CompanyProvider.objects.filter(state=CompanyProvider.State.ENABLED).first()
        if row is None:
            return None
        context = secrets.context_of(row, "secret")
        secret = secrets.unseal(row.secret, key_id=row.secret_key_id, context=context)
        client = Client(row.client_id, secret, redirect_uri(customers.current().slug))
        return Provider(customer_id, row.issuer, client)


def has_staff_provider() -> bool:
    return bool(settings.STAFF_OIDC_ISSUER)


def of_staff() -> Provider | None:
    """The staff's provider, by setting; None: there is none."""
    if not has_staff_provider():
        return None
    client = Client(
        settings.STAFF_OIDC_CLIENT_ID, settings.STAFF_OIDC_CLIENT_SECRET, redirect_uri("")
    )
    return Provider(None, settings.STAFF_OIDC_ISSUER, client)


def redirect_uri(slug: str) -> str:
    """Where a provider sends people back to; each has its own, so that none can answer for another
    (RFC 9700, section 4.4.2). "": the staff's."""
    if slug:
        path = reverse("portal:company-back", kwargs={"company": slug})
    else:
        path = reverse("portal:company-back-staff")
    return str(settings.PUBLIC_URL) + path


def staff_problem() -> str:
    """What is wrong with the settings of the staff's provider; "": nothing."""
    given = (
        settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID,
        settings.STAFF_OIDC_CLIENT_SECRET, settings.STAFF_OIDC_DOMAINS,
    )  # fmt: skip
    if [domain for domain in settings.STAFF_OIDC_DOMAINS if domain_of(domain) != domain]:
        return "STAFF_OIDC_DOMAINS names something that is no domain, in lower case"
    if any(given) and not all(given):
        return "some of STAFF_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET and _DOMAINS are missing"
    if all(given) and not discovery.is_well_named(settings.STAFF_OIDC_ISSUER):
        return "STAFF_OIDC_ISSUER is not a plain https address with a public name"
    return ""


def customer_of(domain: str | None) -> uuid.UUID | None:
    """Whose enabled provider speaks for a domain; None for the domain: anybody's at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_company_of_domain(%s)", [domain])
        found: uuid.UUID | None = cursor.fetchone()[0]
    return found
