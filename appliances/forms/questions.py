from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appliances.forms.readings import Picture
from appliances.models import Package
from appliances.services.questions import Word


class Question(forms.Form):
    appliance = forms.ChoiceField(label=_("Appliance"))
    target = forms.CharField(
        label=_("Where you want to get to"),
        max_length=40,
        required=False,
        help_text=_("A product version, if you know it."),
    )
    text = forms.CharField(
        label=_("What is unclear"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    picture = Picture(
        label=_("Picture of Status > Basics"),
        required=False,
        help_text=_(
            "A screenshot of /appliance > Status > Basics: support works it out from that."
        ),
    )

    def __init__(self, *args: Any, appliances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appliance"].choices = [
            (str(box.pk), f"{box.letter} · {box.name}") for box in appliances
        ]


class Answer(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class Requirement(forms.Form):
    """What a package needs on this appliance. An empty row is none."""

    package = forms.ChoiceField(label=_("For the package"), required=False)
    kind = forms.ChoiceField(
        label=_("it needs"), choices=[("BASE", _("base")), ("PRODUCT", _("product"))]
    )
    above = forms.TypedChoiceField(
        label=_("of"),
        choices=[("", _("at least")), ("1", _("above"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    version = forms.CharField(label=_("version"), max_length=40, required=False)
    said = forms.CharField(label=_("In its own words"), max_length=300, required=False)

    def __init__(self, *args: Any, packages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = {str(package.pk): package for package in packages}
        names = [(pk, package.name) for pk, package in self.packages.items()]
        self.fields["package"].choices = [("", "—"), *names]

    def has_changed(self) -> bool:
        return bool({"package", "version"} & set(self.changed_data))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.has_changed() and not (given.get("package") and given.get("version")):
            raise forms.ValidationError(_("A requirement has a package and a version."))
        return given

    def word(self) -> Word:
        given = self.cleaned_data
        return Word(
            package=self.packages[given["package"]],
            kind=given["kind"],
            version=given["version"],
            above=given["above"],
            said=given["said"],
        )


Requirements = forms.formset_factory(Requirement, extra=2, max_num=6)


def usable(packages: Any) -> list[Package]:
    """Packages that a word may be about."""
    return [package for package in packages if package.kind != Package.Kind.LICENCE]
