"""A customer's administrator gives a member a way back in: the second step is taken away."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import NotNow, Refused
from portal.models import Membership
from portal.services import customers, messages, people, second_step
from portal.services.staff import NotOneself


class SupportResets(Refused):
    """Who could weaken what is another customer's, or the vendor's."""

    code = "support-resets"


def reset(member: Membership, *, by: Any, at: datetime) -> None:
    """Take away a member's second step, passkeys too, and end their sessions; a mail tells them.

    Whoever is a member elsewhere, or of staff, is reset by the vendor's support alone: which of the
    two it is, is not told. Raises SupportResets, NotOneself, NotNow, people.OnlyOwnSites.
    """
    user = member.user
    people.within_own_sites(by, member.site_ids)
    if user == by:
        raise NotOneself(_("Your own second step is yours to change, on your own page."))
    elsewhere = len(customers.ids_of_person(user.pk)) > 1
    if user.is_staff or (elsewhere and not getattr(by, "is_staff", False)):
        support = _("The vendor's support: %(number)s") % {"number": settings.SUPPORT_CONTACT}
        raise SupportResets(
            _("Only the vendor's support resets the second step of %(name)s.") % {"name": user},
            remedy=support if settings.SUPPORT_CONTACT else _("Ask the vendor's support."),
        )
    if not second_step.is_on(user):
        raise NotNow(_("%(name)s has no second step.") % {"name": user})
    second_step.reset(user, by=by, at=at)
    told = {"person": str(user.pk)}
    audit.record("member.second_step_reset", member, by=by, at=at, data=told)
    messages.write(
        "second_step_reset",
        to=user,
        about=member,
        key=uuid.uuid4().hex,
        context={"by": str(by), "contact": settings.SUPPORT_CONTACT},
        at=at,
    )
