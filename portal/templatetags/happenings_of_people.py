"""Words for what happened to people of the vendor's staff, to how somebody signs in, and to whom
everything was erased."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OF_PEOPLE: dict[str, str | Promise] = {
    "member.added": _("Member added"),
    "member.invited": _("Member invited"),
    "member.changed": _("Member’s role changed"),
    "member.removed": _("Member removed"),
    "staff.opened": _("Support opened this customer’s pages"),
    "staff.made": _("Made a member of staff"),
    "staff.role_changed": _("Role of a member of staff changed"),
    "staff.link_made": _("Link for a new password made"),
    "person.disabled": _("Person disabled"),
    "session.ended": _("Sessions of a person ended by themselves"),
    "second_step.turned_on": _("Second step of signing in turned on"),
    "second_step.turned_off": _("Second step of signing in turned off"),
    "second_step.codes_renewed": _("New recovery codes made"),
    "second_step.code_used": _("Signed in with a recovery code"),
    "second_step.reset": _("Second step of signing in reset"),
    "passkey.added": _("Passkey added"),
    "passkey.removed": _("Passkey removed"),
    "passkey.count_fell": _("Passkey refused: it may have been copied"),
    "person.enabled": _("Person enabled again"),
    "staff.tied": _("Company’s account tied to a member of staff"),
    "staff.untied": _("Company’s account of a member of staff untied"),
    "company_provider.changed": _("Company sign-in set up or changed"),
    "company_provider.enabled": _("Company sign-in enabled"),
    "company_provider.disabled": _("Company sign-in disabled"),
    "company_provider.demanded": _("Company sign-in demanded of everybody"),
    "company_provider.released": _("Company sign-in demanded no more"),
    "company_provider.domain_confirmed": _("Domain of the company sign-in confirmed"),
    "company_tie.made": _("Company’s account tied to a person"),
    "company_tie.ended": _("Company’s account of a person untied"),
    "member.second_step_reset": _("Second step of a member reset"),
    "customer.erasure_asked": _("Erasure of everything asked for"),
    "customer.erasure_confirmed": _("Erasure of everything confirmed"),
    "customer.erasure_taken_back": _("Erasure of everything taken back"),
    "customer.erasure_begun": _("Erasure of everything begun"),
    "customer.erased": _("Everything erased, names in the trail replaced"),
}
