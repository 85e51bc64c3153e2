"""A customer's whole history as people read it: the audit trail, newest first, by what it is about.

Each event's name begins with its life ("job.approved"); a table says which lives belong together.
"""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import queries
from portal.models import AuditEvent

GROUPS: dict[str, tuple[str | Promise, frozenset[str]]] = {
    "upgrades": (_("Upgrades"), frozenset({
        "job", "step", "hold", "interim", "booking", "enrolment", "decision", "rehearsal",
        "clients", "live_link", "waiver", "difference", "test_site", "readiness", "snapshot",
        "nodes", "production", "roles", "word", "rollout", "settlement",
    })),
    "sites": (_("Sites and appliances"), frozenset({
        "site", "appliance", "backup", "version", "licence", "certificate", "credentials",
        "drift", "question", "replacement", "thresholds", "evidence", "fleet", "package",
        "catalogue", "keyring",
    })),
    "times": (_("Windows and freezes"), frozenset({"window", "freeze", "calendar", "feed"})),
    "returns": (_("Returns"), frozenset({"return"})),
    "people": (_("People and sign-in"), frozenset({
        "member", "person", "session", "second_step", "passkey", "key", "company_provider",
        "company_tie", "staff",
    })),
    "messages": (_("Messages and calls"), frozenset({
        "message", "call", "contact", "promise", "notice", "webhook",
    })),
    "customer": (_("The customer itself"), frozenset({
        "customer", "contract", "sandbox", "audit",
    })),
}  # fmt: skip


def of_customer(*, group: str = "", before: str = "") -> queries.Page:
    """Events of the current customer, newest first; `group` is a key of GROUPS, all for any other.
    `before` is where the page before ended."""
    found = AuditEvent.objects.all()
    if group in GROUPS:
        lives = Q()
        for life in GROUPS[group][1]:
            lives |= Q(name__startswith=f"{life}.")
        found = found.filter(lives)
    return queries.turn(found, ("number",), before)
