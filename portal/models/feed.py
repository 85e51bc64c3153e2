import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """A secret address that a person's calendar reads without sign-in. Only the SHA-256 of its
    token is kept. `customer`: whose calendar it is; None: the vendor's staff, over all customers,
    at the sites that `sentence` (of the filter language) names.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    customer = models.ForeignKey("portal.Customer", models.PROTECT, null=True, related_name="+")
    sentence = models.CharField(_("sites"), max_length=1000, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
