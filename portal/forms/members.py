from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import Membership


class Role(forms.Form):
    """What a member may do. Limiting them to some sites is done on the sites' own pages."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role)
    gets_mail = forms.BooleanField(label=_("Gets e-mails"), required=False, initial=True)


class Invitation(Role):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=120)

    field_order = ("email", "name", "role", "gets_mail")
