"""What was seen of a site's Jump Clients after a release, and what people decided about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ClientKind(models.TextChoices):
    """Every client is one of these. Only PENDING ones hold the next product (G-CLIENT-6)."""

    PENDING = "PENDING", _("can be reached, still needs it")
    OFF_LINE = "OFF_LINE", _("off line")
    LOST = "LOST", _("lost")
    FOLLOWED = "FOLLOWED", _("followed")
    GONE = "GONE", _("uninstalled")


K = ClientKind
TO_COME = (K.PENDING, K.OFF_LINE, K.LOST)


class ClientLook(CustomerOwned):
    """One reading of all Jump Clients of a site, for a hop of a job. The latest one is kept.

    A look without `ended_at` is being read, or its worker died: nobody is shown it.
    """

    class Source(models.TextChoices):
        API = "API", _("read by the portal")
        EXPORT = "EXPORT", _("uploaded export")

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="client_looks", db_index=False)
    hop = models.IntegerField()
    appliance = OwnedForeignKey("appliances.Appliance", null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source)
    release_at = models.DateTimeField(null=True)  # since when the release serves its clients
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    file_name = models.CharField(max_length=160, blank=True, default="")
    counts = models.JSONField(default=dict)  # how many of each kind

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["job", "hop"], name="looks_of_job")]

    def count(self, *kinds: str) -> int:
        return sum(self.counts.get(kind, 0) for kind in kinds)

    @property
    def total(self) -> int:
        """Uninstalled ones are no clients any more."""
        return self.count(K.FOLLOWED, *TO_COME)


class ClientRow(CustomerOwned):
    """One Jump Client as a look found it. Texts are the appliance's: shown, never obeyed."""

    Kind = ClientKind

    look = OwnedForeignKey("upgrades.ClientLook", related_name="rows", db_index=False)
    number = models.BigIntegerField()  # its id at the appliance, or its line in the export
    key = models.CharField(max_length=250)  # what a decision names it by: see kinds.key_of
    name = models.CharField(max_length=120)
    hostname = models.CharField(max_length=120, blank=True, default="")
    jump_group = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=10, choices=ClientKind)
    passive = models.BooleanField(default=False)
    status = models.CharField(max_length=160, blank=True, default="")  # in the export's own words
    seen_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        indexes = [
            models.Index(fields=["look", "name", "id"], name="clients_by_name"),
            models.Index(fields=["look", "kind"], name="clients_by_kind"),
        ]


class ClientDecision(CustomerOwned):
    """What a person said about a client that has not followed. It holds for its hop only."""

    class Choice(models.TextChoices):
        WAIT = "WAIT", _("wait for it")
        REDEPLOY = "REDEPLOY", _("redeploy by hand")
        LET_GO = "LET_GO", _("let it go")

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="+", db_index=False)
    hop = models.IntegerField()
    key = models.CharField(max_length=250)
    choice = models.CharField(max_length=10, choices=Choice)
    reason = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "hop", "key"], name="one_decision_a_client")
        ]
