from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, Site
from appliances.services import recurring

MOST_APPLIANCES = 12
USUAL_BACKUP_DAYS = 7
USUAL_INTERIM_DAYS = 7  # G-PAIR-4 names no number: ours


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class SiteFacts(forms.Form):
    """What may be known of a site and changed later."""

    name = forms.CharField(label=_("Name"), max_length=120)
    public_name = forms.CharField(
        label=_("Public host name"),
        max_length=253,
        help_text=_("What people type to reach the site, such as support.example.com."),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(_zones, list))
    swing = forms.ChoiceField(
        label=_("Production moves by"),
        choices=Site.Swing,
        help_text=_("How the public name is moved from one appliance of a pair to the other."),
    )
    has_msi_consoles = forms.NullBooleanField(
        label=_("Consoles are deployed by MSI on locked-down computers"), required=False
    )
    has_extractable_console = forms.NullBooleanField(
        label=_("Support has enabled the extractable console"),
        required=False,
        help_text=_("Then the new MSI can be deployed before the appliance is upgraded."),
    )
    has_integration_clients = forms.NullBooleanField(
        label=_("There are integration clients"), required=False
    )
    integration_by_ip = forms.NullBooleanField(
        label=_("Some integration clients name the site by its IP address"),
        help_text=_("They do not follow when production moves to the other appliance."),
        required=False,
    )
    interim_days = forms.IntegerField(
        label=_("Longest time without failover, in days"),
        help_text=_("An alert goes out when a pair has been without failover for longer."),
        min_value=1,
        max_value=90,
        initial=USUAL_INTERIM_DAYS,
        required=False,
    )
    backup_days = forms.TypedChoiceField(
        label=_("Backups are taken by themselves"),
        help_text=_(
            "Of each appliance whose API account may; kept encrypted. Upgrades take their own."
        ),
        choices=recurring.RHYTHMS,
        coerce=int,
        empty_value=USUAL_BACKUP_DAYS,
        initial=USUAL_BACKUP_DAYS,
        required=False,
    )
    backup_kept_days = forms.TypedChoiceField(
        label=_("Backups are kept"),
        help_text=_(
            "Those that an upgrade took or relied on, and the newest ones, are kept for ever."
        ),
        choices=recurring.KEPT,
        coerce=int,
        empty_value=recurring.USUALLY_KEPT,
        initial=recurring.USUALLY_KEPT,
        required=False,
    )
    integration_kept_by = forms.CharField(
        label=_("Who keeps the integration clients"),
        max_length=120,
        required=False,
        help_text=_("A name, and how to reach them: they are asked to reinstall them."),
    )
    restricted_network = forms.BooleanField(
        label=_("The appliances cannot reach the update server"), required=False
    )

    def clean_interim_days(self) -> int:
        return self.cleaned_data["interim_days"] or USUAL_INTERIM_DAYS


class Registration(SiteFacts):
    shape = forms.ChoiceField(label=_("Shape"), choices=Site.Shape)

    field_order = ("name", "public_name", "shape", "zone", "swing")


class Box(forms.Form):
    """One appliance of a site that is being registered. An empty row is none."""

    letter = forms.CharField(label=_("Letter"), max_length=5)
    host = forms.CharField(label=_("Own host name"), max_length=253)
    cluster_role = forms.ChoiceField(label=_("Cluster role"), choices=Appliance.ClusterRole)
    failover_role = forms.ChoiceField(label=_("Failover role"), choices=Appliance.FailoverRole)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    base_version = forms.CharField(label=_("Base version"), max_length=40, required=False)
    product_version = forms.CharField(label=_("Product version"), max_length=40, required=False)

    def clean_letter(self) -> str:
        return self.cleaned_data["letter"].strip().upper()

    def has_changed(self) -> bool:
        """The roles always have a value: a row counts once it has a letter or a host."""
        return bool({"letter", "host"} & set(self.changed_data))


def boxes(rows: int, data: Any = None) -> Any:
    """The form of a site's appliances, with so many empty rows."""
    wanted = max(1, min(rows, MOST_APPLIANCES))
    made = forms.formset_factory(
        Box,
        extra=wanted - 1,
        max_num=MOST_APPLIANCES,
        validate_max=True,
        min_num=1,
        validate_min=True,
    )
    return made(data)


def appliances_of(filled: Any) -> list[dict[str, Any]]:
    """The filled rows of a valid formset, as sites.register() wants them."""
    return [{"name": "", **row.cleaned_data} for row in filled if row.has_changed()]
