"""Inviting people to a customer, and new links for those who cannot sign in."""

import time
import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import tenancy
from portal.errors import Refused
from portal.models import Membership, User
from portal.services import company_requirement, customers, messages, people
from portal.services.company import finding

SAME_SECONDS = 0.4  # how long asking for a link takes, whether or not there is such a person


class OtherCompany(Refused):
    """The address belongs to another customer's company, whose sign-in ends with a membership
    elsewhere: that is not for a third to bring about."""

    code = "other-company"


def invite(
    email: str,
    *,
    name: str,
    role: str,
    by: Any,
    at: datetime,
    site_ids: list[uuid.UUID] | None = None,
    gets_mail: bool = True,
) -> Membership:
    """Make somebody a member of the current customer and tell them by e-mail.

    A new person gets a link to set a password; it is made when the mail is sent. Raises
    people.AlreadyMember and people.StaffAreNoMembers; OtherCompany for who is not of staff.
    """
    customer = customers.current()
    _demand_no_other_company(email, by)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = people.create_user(email, name=name, language=customer.language, zone=customer.zone)
    member = people.add_member(
        user, role=role, by=by, at=at, site_ids=site_ids, gets_mail=gets_mail
    )
    # Where the company's account is demanded, a password would sign nobody in.
    needs_password = not (user.has_usable_password() or company_requirement.here())
    messages.write(
        "invitation" if needs_password else "member_added",
        to=user,
        about=member,
        key=str(member.pk),
        context={"customer": customer.name, "role": Membership.Role(role).label, "by": str(by)},
        at=at,
    )
    return member


def send_new_link(email: str, *, at: datetime) -> None:
    """Write to this person, if there is one, how to set a new password.

    Says nothing about whether there is: a stranger gets the same answer in the same time. Staff
    have no customer whose outbox could carry the mail: see `manage.py sign_in_link`.
    """
    began = time.monotonic()
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    owners = customers.ids_of_person(user.pk) if user and not user.is_staff else []
    if user and owners:
        with tenancy.transaction(owners[0]):
            _write_link(user, at)
    time.sleep(max(0.0, SAME_SECONDS - (time.monotonic() - began)))


def _demand_no_other_company(email: str, by: Any) -> None:
    """Tells no more than the sign-in page does of a domain."""
    domain = finding.domain_of(email)
    owner = finding.customer_of(domain) if domain else None
    if owner not in (None, tenancy.current_customer_id()) and not getattr(by, "is_staff", False):
        raise OtherCompany(
            _("Addresses of “%(domain)s” belong to another company’s sign-in.")
            % {"domain": domain},
            remedy=_("Ask the vendor’s support to add this person."),
        )


def _write_link(user: User, at: datetime) -> None:
    messages.write(
        "password_link",
        to=user,
        about=user,
        key=uuid.uuid4().hex,
        context={"customer": customers.current().name},
        at=at,
    )
