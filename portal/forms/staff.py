from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import User

ROLES = [(role, label) for role, label in User.StaffRole.choices if role]


class StaffRole(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)


class NewStaff(StaffRole):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=120)

    field_order = ("email", "name", "role")
