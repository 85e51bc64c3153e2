"""A customer's endpoints: made, changed, given a new secret, switched off, tried out, removed.

Instants of endpoints and deliveries are real time; `at` is the portal's, for the audit trail.
"""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import audit, egress, permissions, publishing, secrets, tenancy
from portal.background import enqueue
from portal.errors import NotNow, Refused
from portal.models import User, Webhook, WebhookDelivery
from portal.services import customers
from portal.services.webhooks import signing

MOST = 20  # endpoints of a customer: each event is written once for each of them
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168
FIELDS = frozenset({"name", "address", "events", "site_ids"})


class BadWebhook(Refused):
    """What was written cannot be an endpoint; `fields` says where."""

    code = "webhook-not-possible"


class TooManyWebhooks(Refused):
    """A customer has no room for another endpoint."""

    code = "too-many-webhooks"


@sensitive_variables("secret")
def make(
    *, name: str, address: str, events: Collection[str] = (),
    site_ids: list[uuid.UUID] | None = None, by: Any, at: datetime,
) -> tuple[Webhook, str]:  # fmt: skip
    """An endpoint of the current customer and its secret, which is shown now and never again.

    No `events` are all of them; no `site_ids` all sites and what is of the whole customer. Raises
    BadWebhook and TooManyWebhooks.
    """
    _demand_every_site(by)
    customers.lock()
    if Webhook.objects.exclude(state=Webhook.State.ENDED).count() >= MOST:
        raise TooManyWebhooks(
            _("A customer has at most %(most)s endpoints.") % {"most": MOST},
            remedy=_("Remove one that nobody needs any more."),
        )
    hook = Webhook(customer_id=tenancy.current_customer_id(), made_at=datetime.now(UTC))
    _fill(hook, name=name, address=address, events=events, site_ids=site_ids)
    secret = _give_secret(hook)
    hook.save(force_insert=True)
    audit.record("webhook.made", hook, by=by, at=at, data=_facts(hook))
    return hook, secret


def change(hook: Webhook, *, by: Any, at: datetime, **values: Any) -> Webhook:
    """Change what is given (FIELDS). What is queued goes to the new address. Raises BadWebhook."""
    if strange := set(values) - FIELDS:
        raise TypeError(f"not to be changed here: {sorted(strange)}")
    _demand_every_site(by)
    before = _facts(hook)
    moved = values.get("address", hook.address) != hook.address
    _fill(hook, **values)
    if moved:
        hook.rests_until, hook.failures = None, 0
    hook.save()
    if moved or _facts(hook) != before:
        audit.record("webhook.changed", hook, by=by, at=at, data={"before": before, **_facts(hook)})
    return hook


@sensitive_variables("secret")
def rotate(
    hook: Webhook, *, by: Any, at: datetime, hours: int = OVERLAP_HOURS
) -> tuple[Webhook, str]:
    """A new secret, shown now and never again. For some hours the old one signs too; 0: it signs
    nothing any more. Raises BadWebhook."""
    _demand_every_site(by)
    hook = Webhook.objects.select_for_update().get(pk=hook.pk)  # two at once: one after the other
    _demand_alive(hook)
    if not 0 <= hours <= LONGEST_OVERLAP_HOURS:
        raise BadWebhook(_("Both secrets sign for a week at most."))
    hook.old_secret, hook.old_secret_key_id, hook.old_until = None, "", None
    if hours:
        old = secrets.unseal(
            hook.secret, key_id=hook.secret_key_id, context=secrets.context_of(hook, "secret")
        )
        context = secrets.context_of(hook, "old_secret")
        hook.old_secret, hook.old_secret_key_id = secrets.seal(old, context=context)
        hook.old_until = datetime.now(UTC) + timedelta(hours=hours)
    secret = _give_secret(hook)
    hook.save()
    audit.record("webhook.rotated", hook, by=by, at=at, data={"hours": hours})
    return hook, secret


def disable(hook: Webhook, *, by: Any, at: datetime) -> Webhook:
    """Nothing is written for it, and what is queued waits."""
    _demand_every_site(by)
    hook.disable(at=datetime.now(UTC))
    hook.save()
    audit.record("webhook.disabled", hook, by=by, at=at, data={"by_failure": False})
    return hook


def enable(hook: Webhook, *, by: Any, at: datetime) -> Webhook:
    """It is told of events again from now on, and of what is still queued."""
    _demand_every_site(by)
    hook.enable()
    hook.save()
    audit.record("webhook.enabled", hook, by=by, at=at)
    enqueue(publishing.SEND)
    return hook


def end(hook: Webhook, *, by: Any, at: datetime) -> Webhook:
    """Removed for good: its secrets are forgotten, what is queued is not sent."""
    _demand_every_site(by)
    hook.end()
    _give_secret(hook)  # one that nobody was ever told
    hook.old_secret, hook.old_secret_key_id, hook.old_until = None, "", None
    hook.save()
    audit.record("webhook.ended", hook, by=by, at=at)
    return hook


def test(hook: Webhook, *, by: Any, at: datetime) -> Webhook:
    """Send it an event of its own, so that one sees whether all is well. Raises NotNow."""
    _demand_every_site(by)
    if hook.state != Webhook.State.ACTIVE:
        raise NotNow(_("This endpoint is disabled."), remedy=_("Enable it first."))
    audit.record("webhook.tested", hook, by=by, at=at)
    return hook


def send_again(delivery: WebhookDelivery, *, by: Any, at: datetime) -> WebhookDelivery:
    """Queue it anew, under the same id: a receiver that has it already knows it. The tries made so
    far stay in the list. Raises TransitionNotAllowed while it is queued, NotNow if its endpoint is
    gone."""
    _demand_every_site(by)
    _demand_alive(delivery.webhook)
    delivery.retry()
    now = datetime.now(UTC)
    delivery.tries, delivery.queued_at, delivery.next_at = 0, now, now
    delivery.lease_until = delivery.sent_at = None
    delivery.save()
    audit.record("webhook.sent_again", delivery, by=by, at=at, data={
        "event": str(delivery.event_id), "webhook": str(delivery.webhook_id),
    })  # fmt: skip
    enqueue(publishing.SEND)
    return delivery


def _demand_alive(hook: Webhook) -> None:
    if hook.state == Webhook.State.ENDED:
        raise NotNow(_("This endpoint was removed."))


def _demand_every_site(by: Any) -> None:
    """An endpoint is told of the whole customer, and so is decided about by who sees all of it."""
    if isinstance(by, User) and permissions.visible_sites(by) is not None:
        raise BadWebhook(
            _("You see some sites alone, and an endpoint is the whole customer’s."),
            remedy=_("Ask an administrator who sees every site."),
        )


def _fill(hook: Webhook, **values: Any) -> None:
    _demand_alive(hook)
    for name, value in values.items():
        setattr(hook, name, value.strip() if isinstance(value, str) else value)
    hook.events = sorted(set(hook.events))
    found = _refusals(hook)
    if found:
        raise BadWebhook(" ".join(map(str, found.values())), fields=found)


def _refusals(hook: Webhook) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    if not hook.name or len(hook.name) > 80 or not hook.name.isprintable():
        found["name"] = _("An endpoint has a name of at most 80 characters.")
    if unknown := [name for name in hook.events if not publishing.is_told(name)]:
        found["events"] = _("There is no such event: %(name)s.") % {"name": unknown[0][:60]}
    if hook.site_ids is not None and not 1 <= len(hook.site_ids) <= 1000:
        found["site_ids"] = _("Name 1 to 1000 sites, or none for all.")
    if reason := _wrong_address(hook.address):
        found["address"] = reason
    return found


def _wrong_address(address: str) -> object:
    if len(address) > 500:
        return _("An address has at most 500 characters.")
    try:
        egress.guard().demand(address)
    except egress.OutgoingError:
        return _("Give a plain https address with a public name, on port 443.")
    if urlsplit(address).hostname == urlsplit(settings.PUBLIC_URL).hostname:
        return _("This is the portal itself.")
    return None


@sensitive_variables("secret")
def _give_secret(hook: Webhook) -> str:
    secret = signing.make_secret()
    context = secrets.context_of(hook, "secret")
    hook.secret, hook.secret_key_id = secrets.seal(secret, context=context)
    return secret


def _facts(hook: Webhook) -> dict[str, Any]:
    """For the audit trail: of the address its host alone, the rest of it may be a secret."""
    sites = hook.site_ids
    return {
        "name": hook.name, "host": urlsplit(hook.address).hostname, "events": hook.events,
        "sites": None if sites is None else [str(site) for site in sites],
    }  # fmt: skip
