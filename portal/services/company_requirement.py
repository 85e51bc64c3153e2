"""Where a customer demands its company's account, a password or a passkey signs nobody in.

That goes for whoever belongs to that customer alone: staff, and people of several customers, have
no account of one company that could stand for them. The way back is the customer's administrator,
or the vendor's support, who take the demand away.
"""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from portal import tenancy
from portal.errors import Refused
from portal.models import CompanyProvider, User


class CompanyAccountDemanded(Refused):
    """Said only to whoever showed the right password, code or passkey."""

    code = "company-account-demanded"


def demand_free(user: User) -> None:
    """Refuse a password or a passkey where a company's account is demanded. Outside of any
    customer's transaction. Raises CompanyAccountDemanded."""
    if not user.is_staff and is_demanded_of(user):
        support = _("If it cannot be used, call the vendor’s support: %(number)s")
        number = settings.SUPPORT_CONTACT
        raise CompanyAccountDemanded(
            _("Your company demands that you sign in with its own account."),
            remedy=support % {"number": number} if number
            else _("If it cannot be used, your administrator or the vendor’s support helps."),
        )  # fmt: skip


def is_demanded_of(user: User) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_homes_of_person(%s)", [user.pk])
        homes = [row[0] for row in cursor.fetchall()]
    if len(homes) != 1:
        return False
    with tenancy.transaction(homes[0]):
        return here()


def here() -> bool:
    """Whether the current customer demands it."""
    enabled = CompanyProvider.State.ENABLED
    return CompanyProvider.objects.filter(state=enabled, required=True).exists()
