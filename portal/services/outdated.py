"""Which mails of the portal's own are not true any more when they are to leave (`still_true`)."""

from datetime import datetime

from django.utils.translation import gettext_noop

from portal.models import CompanyDomain, Message
from portal.services.still_true import Judge

CONFIRMED = gettext_noop("No domain waits any more.")


def domains(message: Message, at: datetime) -> str:
    waiting = CompanyDomain.objects.filter(provider_id=message.asks_id, confirmed_at=None)
    return "" if waiting.exists() else CONFIRMED


BY_ROW: dict[str, Judge] = {"domain_waits": domains}
