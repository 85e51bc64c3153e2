from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey

LABELS = {
    "answers": _("It answers"),
    "health": _("Health"),
    "version": _("Product version"),
    "build": _("Build"),
    "failover_role": _("Failover role"),
    "cluster_role": _("Cluster role"),
    "shared_ips": _("Shared addresses"),
    "sync_status": _("State of the data sync"),
    "certificate_ends": _("End of the certificate"),
    "reps": _("Representatives signed in"),
    "users": _("Users"),
    "teams": _("Teams"),
    "clients": _("Connected clients"),
    "jump_clients": _("Jump Clients"),
    "jumpoint": _("Jumpoint connected"),
    "accepting": _("Accepts connections"),
}

# What a count of clients is of, as the appliances say it (API Guide, get_connected_client_list).
CLIENTS = {
    "representative": _("representative consoles"),
    "support_customer": _("customer clients"),
    "presentation_attendee": _("presentation attendees"),
    "push_agent": _("connection agents"),
}


def told(value: object) -> str:
    """A measured value in words; nothing where there was none."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value is None else str(value)


class Difference(CustomerOwned):
    """A value that a window changed: expected, within its tolerance, or for a person to look at.

    `key` names the value as in the snapshots; `before` and `after` are null where there was none.
    """

    appliance = OwnedForeignKey("appliances.Appliance", related_name="differences")
    job_id = models.UUIDField()
    window = models.IntegerField()
    key = models.CharField(max_length=120)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    expected = models.BooleanField(default=False)
    tolerance = models.IntegerField(null=True)  # per cent of `before`; null: none is allowed
    beyond = models.BooleanField(default=False)  # a person must look at it
    found_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=400, blank=True, default="")

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job_id", "window", "appliance", "key"], name="one_difference_a_value"
            )
        ]

    @property
    def label(self) -> str:
        """The value in words; after the point stands what it is of."""
        family, _point, of = self.key.partition(".")
        words = str(LABELS.get(family, family))
        of = str(CLIENTS.get(of, of)) if family == "clients" else of
        return f"{words}: {of}" if of else words

    @property
    def told_before(self) -> str:
        return told(self.before)

    @property
    def told_after(self) -> str:
        return told(self.after)

    @property
    def is_open(self) -> bool:
        return self.beyond and self.acknowledged_at is None
