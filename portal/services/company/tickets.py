"""Sign-ins that are on their way at a provider: good for one answer, in one browser. Real time."""

import hmac
import secrets as randomness
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from portal.models import CompanyTicket
from portal.services.company.finding import Provider
from portal.services.oidc.discovery import Metadata

LIVES, PROOF_LIVES = timedelta(minutes=10), timedelta(minutes=5)


@dataclass(frozen=True)
class Proof:
    """That a person is to show anew that it is them: with the account of this tie."""

    purpose: str
    person_id: uuid.UUID
    tie_id: uuid.UUID


def issue(
    provider: Provider, metadata: Metadata, *, after: str = "", proof: Proof | None = None
) -> CompanyTicket:
    """A new one: 256 bits each of state, nonce and PKCE's verifier."""
    return CompanyTicket.objects.create(
        owner_id=provider.customer_id,
        state=randomness.token_urlsafe(32),
        nonce=randomness.token_urlsafe(32),
        verifier=randomness.token_urlsafe(32),
        issuer=provider.issuer,
        client_id=provider.client.id,
        metadata=metadata.kept(),
        after=after if len(after) <= 2000 else "/",
        expires_at=datetime.now(UTC) + (PROOF_LIVES if proof else LIVES),
        **(asdict(proof) if proof else {}),
    )


def asked_at(ticket: CompanyTicket) -> datetime:
    """When the person was sent to the provider."""
    return ticket.expires_at - (PROOF_LIVES if ticket.purpose else LIVES)


def take(ticket: uuid.UUID | None, state: str) -> CompanyTicket | None:
    """The ticket of this session, for the answer that carries its state and comes first; None:
    taken, over, or another's."""
    alive = CompanyTicket.objects.filter(pk=ticket, expires_at__gt=datetime.now(UTC))
    found = alive.first() if ticket else None
    if found is None or not hmac.compare_digest(found.state.encode(), state.encode()):
        return None
    taken, _rows = alive.delete()
    return found if taken else None


def forget_old() -> int:
    """Remove those that were never answered. Returns how many."""
    return CompanyTicket.objects.filter(expires_at__lte=datetime.now(UTC)).delete()[0]
