"""Signing in anew at the company's provider, by which a person shows that it is still them.

The provider is asked to let nobody through who has not signed in just now (`prompt=login` and
`max_age=0`, OpenID Connect Core 1.0, section 3.1.2.1) and believed only by `auth_time`: some heed
neither. Nobody is signed in by it, and nothing is tied. Outside of any transaction.
"""

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import egress
from portal.errors import NotNow
from portal.models import User
from portal.services import signin
from portal.services.company import accounts, finding, signing_in, tickets
from portal.services.oidc import discovery, tokens


def begin(
    user: User, *, tie: uuid.UUID, customer_id: uuid.UUID | None, purpose: str, address: str,
    guard: egress.Guard | None = None,
) -> tuple[uuid.UUID, str]:  # fmt: skip
    """The ticket that the session keeps, and the provider's page to go to. `tie` signed the session
    in; `customer_id`: whose provider, None: the staff's. Raises TooManyTries, NotNow,
    ProviderSilent."""
    signin.demand_few_tries("company", user.email, address)
    provider = finding.of_customer(customer_id) if customer_id else finding.of_staff()
    if provider is None:
        raise NotNow(_("The company’s sign-in is disabled."), remedy=_("Ask your administrator."))
    metadata = discovery.read(provider.issuer, guard=guard)
    ticket = tickets.issue(provider, metadata, proof=tickets.Proof(purpose, user.pk, tie))
    url = signing_in.way_to(
        provider, metadata, ticket, prompt="login", max_age="0", login_hint=user.email
    )
    return ticket.pk, url


@sensitive_variables()
def finish(
    ticket_id: uuid.UUID | None, said: Mapping[str, str], *, user: User, purpose: str, here: str,
    address: str, guard: egress.Guard | None = None,
) -> bool:  # fmt: skip
    """That it is still this person; returns whether several factors were asked for there.

    Raises StaleAnswer, ProviderDeclined, ProviderSilent, TokenRefused, OtherAccount, TooManyTries.
    """
    signin.demand_few_unknown("company", address)
    answered = signing_in.redeemed(
        ticket_id, said, here=here, proof=(purpose, user.pk), guard=guard
    )
    tokens.demand_signed_in_since(answered.claims, tickets.asked_at(answered.ticket))
    account = tokens.account(answered.claims, access="", metadata=answered.metadata)
    accounts.demand_same(
        answered.provider.customer_id, account, tie=answered.ticket.tie_id, user=user
    )
    return signing_in.is_multi_factor(answered.provider, account)
