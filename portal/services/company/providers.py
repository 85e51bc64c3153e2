"""A customer's own provider: kept, switched on and off, demanded, its domains confirmed.

Its instants are real time; `at` is the portal's, for the audit trail. Discovery is asked before, by
the caller, outside of the transaction.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import audit, secrets, tenancy
from portal.errors import NotNow, Refused
from portal.models import CompanyDomain, CompanyProvider, CompanyTie, Membership, Session, User
from portal.services import company_ties, customers, people
from portal.services.company import domains as named, finding
from portal.services.oidc.discovery import Metadata

MOST_DOMAINS = 20


class BadProvider(Refused):
    """What was written cannot be a provider; `fields` says where."""

    code = "company-provider-not-possible"


class SignInFirst(Refused):
    """Whoever demands it of all must have shown that it works."""

    code = "company-sign-in-first"


def of_customer() -> CompanyProvider | None:
    return CompanyProvider.objects.first()


@sensitive_variables("secret")
def save(
    found: Metadata, *, client_id: str, secret: str, domains: Collection[str], by: Any, at: datetime
) -> CompanyProvider:
    """Keep where the current customer's people sign in, whose configuration `found` was just read.

    An empty `secret` keeps the one that is there. With another issuer everything begins anew: ties,
    their sessions and the demand go. New domains wait to be confirmed. Raises BadProvider.
    """
    people.within_own_sites(by, None)
    customers.lock()
    row = _locked() or CompanyProvider(
        customer_id=tenancy.current_customer_id(), made_at=_now(), secret_key_id=""
    )
    moved = row.issuer != found.issuer
    wanted = sorted({domain for given in domains if (domain := given.strip().lower())})
    if wrong := _refusals(client_id, secret, wanted, needs_secret=moved):
        raise BadProvider(" ".join(map(str, wrong.values())), fields=wrong)
    was = _facts(row) if row.secret_key_id else None
    if moved:
        company_ties.end(row.ties.all() if was else [], by=by, at=at)
        row.required = row.domain_suffices = False
    row.issuer, row.client_id, row.checked_at = found.issuer, client_id.strip(), _now()
    if secret:
        context = secrets.context_of(row, "secret")
        row.secret, row.secret_key_id = secrets.seal(secret, context=context)
    row.save(force_insert=was is None)
    new = named.keep(row, wanted, by=by)
    told = {"was": was, "new_secret": bool(secret), **_facts(row)}
    audit.record("company_provider.changed", row, by=by, at=at, data=told)
    named.tell_staff(row, new, by=by, at=at)
    return row


def enable(*, by: Any, at: datetime) -> CompanyProvider:
    """People of its confirmed domains may sign in by it."""
    row = _of(by)
    row.enable(at=_now())
    row.save()
    audit.record("company_provider.enabled", row, by=by, at=at)
    return row


def disable(*, by: Any, at: datetime) -> CompanyProvider:
    """Nobody signs in by it: the sessions that were made with it end, the ties stay."""
    row = _of(by)
    row.disable()
    row.save()
    ended = company_ties.end_sessions(row.ties.all())
    audit.record("company_provider.disabled", row, by=by, at=at, data={"sessions": ended})
    return row


def demand(*, by: User, at: datetime) -> CompanyProvider:
    """From now on it alone signs in whoever belongs to this customer and no other. Their other
    sessions end, but for those of the one who says so, who must have signed in by it once.

    Raises SignInFirst, NotNow.
    """
    row = _of(by)
    if row.state != CompanyProvider.State.ENABLED:
        raise NotNow(_("The company’s sign-in is disabled."), remedy=_("Enable it first."))
    if not CompanyTie.objects.filter(user=by).exists():
        raise SignInFirst(
            _("You have not signed in by it yourself yet."),
            remedy=_("Sign out, sign in with your company’s account, then demand it of all."),
        )
    row.required = True
    row.save()
    ended = Session.objects.filter(user_id__in=_at_home(), tie_id=None).exclude(user=by).delete()[0]
    audit.record("company_provider.demanded", row, by=by, at=at, data={"sessions": ended})
    return row


def release(*, by: Any, at: datetime) -> CompanyProvider:
    """Passwords and passkeys sign in again: the way out when a provider does not answer, for an
    administrator who is still in, and for the vendor's support."""
    row = _of(by)
    if not row.required:
        raise NotNow(_("It is not demanded of anybody."))
    row.required = False
    row.save()
    audit.record("company_provider.released", row, by=by, at=at)
    named.tell_platform("company_provider.released", row, by, at, {})
    return row


def let_domain_suffice(suffices: bool, *, by: Any, at: datetime) -> CompanyProvider:
    """Whether an address of a confirmed domain counts as verified where the provider says nothing
    of that; one that is said not to be, or is of another domain, never does. For providers without
    `email_verified`. What was tied stays."""
    row = _of(by)
    if row.domain_suffices != suffices:
        row.domain_suffices = suffices
        row.save()
        event = f"company_provider.{'domain_suffices' if suffices else 'verified_demanded'}"
        audit.record(event, row, by=by, at=at)
        named.tell_platform(event, row, by, at, {})
    return row


def untie(tie: CompanyTie, *, by: Any, at: datetime) -> None:
    """The person may come with another account; the sessions made with this one end."""
    people.within_own_sites(by, None)
    company_ties.end([tie], by=by, at=at)


def without_domain() -> list[User]:
    """Members whom the provider cannot let in: their address is of no confirmed domain, and no
    account is tied to them."""
    spoken_for = set(
        CompanyDomain.objects.filter(confirmed_at__isnull=False).values_list("domain", flat=True)
    )
    tied = set(CompanyTie.objects.values_list("user_id", flat=True))
    rows = Membership.objects.select_related("user").order_by("user__name")
    return [
        row.user
        for row in rows
        if row.user_id not in tied and finding.domain_of(row.user.email) not in spoken_for
    ]


def _of(by: Any) -> CompanyProvider:
    people.within_own_sites(by, None)
    row = _locked()
    if row is None:
        raise NotNow(_("No company’s sign-in was set up."), remedy=_("Set it up first."))
    return row


def _locked() -> CompanyProvider | None:
    return CompanyProvider.objects.select_for_update(of=("self",)).first()


def _at_home() -> list[Any]:
    """The members who belong to the current customer alone."""
    here = [tenancy.current_customer_id()]
    ids = Membership.objects.values_list("user_id", flat=True)
    return [user_id for user_id in ids if company_ties.homes_of(user_id) == here]


def _refusals(
    client_id: str, secret: str, domains: list[str], *, needs_secret: bool
) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    if customers.current().is_sandbox:
        found["issuer"] = _("A sandbox has no company’s sign-in.")
    if not client_id.strip() or len(client_id) > 300 or not client_id.isprintable():
        found["client_id"] = _(
            "Give the client id that the provider shows, at most 300 characters."
        )
    if needs_secret and not secret:
        found["secret"] = _("Give the client secret: there is none for this issuer.")
    if secret and (len(secret) > 1000 or not secret.isascii() or not secret.isprintable()):
        found["secret"] = _("A client secret has at most 1000 plain characters.")
    strange = [domain for domain in domains if finding.domain_of(f"@{domain}") != domain]
    if strange:
        found["domains"] = _("“%(domain)s” is not a domain.") % {"domain": strange[0][:100]}
    elif not 1 <= len(domains) <= MOST_DOMAINS:
        found["domains"] = _("Name 1 to %(most)s domains.") % {"most": MOST_DOMAINS}
    return found


def _facts(row: CompanyProvider) -> dict[str, Any]:
    domains = CompanyDomain.objects.order_by("domain").values_list("domain", flat=True)
    return {"issuer": row.issuer, "client": row.client_id, "domains": list(domains)}


def _now() -> datetime:
    return datetime.now(UTC)
