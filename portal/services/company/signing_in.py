"""To the company's provider and back: who signed in there is signed in here, or nobody is.

The address that is typed decides by its domain alone which provider is asked, so that the answer
is the same for everybody of a company. Outside of any transaction.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import egress
from portal.errors import Refused
from portal.models import CompanyTicket, User
from portal.services import signin
from portal.services.company import accounts, finding, tickets
from portal.services.company.finding import Provider
from portal.services.oidc import discovery, tokens
from portal.services.oidc.discovery import Metadata

log = logging.getLogger(__name__)
SCOPES = "openid email"
MULTI_FACTOR = "mfa"  # of RFC 8176


class NoCompany(Refused):
    """No provider speaks for the domain of this address."""

    code = "company-unknown"


class StaleAnswer(Refused):
    """An answer that this browser did not ask for, or not any more."""

    code = "company-answer-stale"


class ProviderDeclined(Refused):
    code = "company-declined"


@dataclass(frozen=True)
class Arrived:
    """Who came back, with which tie, and where they were going."""

    user: User
    tie: uuid.UUID
    multi_factor: bool
    after: str


@dataclass(frozen=True)
class Redeemed:
    """An answer that was asked for, with what the provider's tokens say; of nobody yet."""

    ticket: CompanyTicket
    provider: Provider
    metadata: Metadata
    claims: dict[str, Any]
    access: str


def begin(
    email: str, *, after: str, address: str, guard: egress.Guard | None = None
) -> tuple[uuid.UUID, str]:
    """The ticket that the session keeps, and the provider's page to go to.

    Raises NoCompany, TooManyTries, ProviderSilent.
    """
    signin.demand_few_tries("company", email, address)
    provider = finding.of_domain(finding.domain_of(email))
    if provider is None:
        raise NoCompany(
            _("No company’s sign-in is known here for addresses like this one."),
            remedy=_("Sign in with your password."),
        )
    metadata = discovery.read(provider.issuer, guard=guard)
    ticket = tickets.issue(provider, metadata, after=after)
    return ticket.pk, way_to(provider, metadata, ticket, login_hint=email.strip())


def way_to(
    provider: Provider, metadata: Metadata, ticket: CompanyTicket, **more: str
) -> str:  # fmt: skip
    """The provider's page for a ticket. `more`: other parameters of Core 1.0, section 3.1.2.1."""
    asked = {
        "response_type": "code", "client_id": provider.client.id, "scope": SCOPES,
        "redirect_uri": provider.client.redirect_uri, "state": ticket.state,
        "nonce": ticket.nonce, "code_challenge": tokens.challenge_of(ticket.verifier),
        "code_challenge_method": "S256", **more,
    }  # fmt: skip
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"


@sensitive_variables()
def finish(
    ticket_id: uuid.UUID | None, said: Mapping[str, str], *, here: str, address: str,
    guard: egress.Guard | None = None,
) -> Arrived:  # fmt: skip
    """What came of it. `said`: the answer's parameters; `here`: the path it came to.

    Raises StaleAnswer, ProviderDeclined, ProviderSilent, TokenRefused, AccountRefused and
    TooManyTries.
    """
    signin.demand_few_unknown("company", address)
    answered = redeemed(ticket_id, said, here=here, proof=("", None), guard=guard)
    ticket, provider = answered.ticket, answered.provider
    account = tokens.account(
        answered.claims, access=answered.access, metadata=answered.metadata, guard=guard
    )
    user, tie = accounts.settle(provider.customer_id, account)
    return Arrived(user, tie, is_multi_factor(provider, account), ticket.after)


@sensitive_variables()
def redeemed(
    ticket_id: uuid.UUID | None, said: Mapping[str, str], *, here: str,
    proof: tuple[str, uuid.UUID | None], guard: egress.Guard | None = None,
) -> Redeemed:  # fmt: skip
    """The answer to a ticket, which ends with it, for its tokens. `proof`: the purpose and the
    person of the ticket ("" and None: a sign-in). Raises as `finish` does."""
    ticket = tickets.take(ticket_id, said.get("state", ""))
    provider = _provider_of(ticket, here) if ticket else None
    if ticket is None or provider is None or (ticket.purpose, ticket.person_id) != proof:
        raise StaleAnswer(
            _("This sign-in was answered before, took too long, or began in another browser."),
            remedy=_("Sign in again."),
        )
    metadata = Metadata(**ticket.metadata)
    _demand_from(metadata, said)
    if "error" in said or not said.get("code"):
        log.warning("company sign-in declined")
        raise ProviderDeclined(
            _("Your company’s sign-in did not let you in."),
            remedy=_("Try again, or ask your administrator."),
        )
    token, access = tokens.redeem(
        said["code"], verifier=ticket.verifier, client=provider.client, metadata=metadata,
        guard=guard,
    )  # fmt: skip
    claims = tokens.check(
        token, keys=discovery.keys(metadata, guard=guard), metadata=metadata,
        client_id=provider.client.id, nonce=ticket.nonce,
    )  # fmt: skip
    return Redeemed(ticket, provider, metadata, claims, access)


def _provider_of(ticket: CompanyTicket, here: str) -> Provider | None:
    """The ticket's provider, if it is still the one that was asked, and answers at its own path."""
    owner = ticket.owner_id
    provider = finding.of_customer(owner) if owner else finding.of_staff()
    if provider is None or str(settings.PUBLIC_URL) + here != provider.client.redirect_uri:
        return None
    same = (provider.issuer, provider.client.id) == (ticket.issuer, ticket.client_id)
    return provider if same else None


def _demand_from(metadata: Metadata, said: Mapping[str, str]) -> None:
    """An answer that names another issuer, or none where it always does (RFC 9207), is void."""
    named = said.get("iss")
    if named != metadata.issuer and (named is not None or metadata.names_itself):
        raise tokens.refused("iss-parameter")


def is_multi_factor(provider: Provider, account: tokens.Account) -> bool:
    """Whether the provider says that it asked for more than one thing. Levels are agreed with the
    staff's provider alone."""
    agreed = provider.customer_id is None and account.level in settings.STAFF_OIDC_ACR
    return MULTI_FACTOR in account.factors or agreed
