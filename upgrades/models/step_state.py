from django.db import models
from django.utils.translation import gettext_lazy as _


class StepState(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    READY = "READY", _("Ready")
    CLAIMED = "CLAIMED", _("Claimed")
    WATCHING = "WATCHING", _("Watching")
    WAITING = "WAITING", _("Waiting")
    ASKING = "ASKING", _("Asking")
    VERIFYING = "VERIFYING", _("Verifying")
    HELD = "HELD", _("Held")
    DONE = "DONE", _("Done")
    SKIPPED = "SKIPPED", _("Skipped")
    CANCELLED = "CANCELLED", _("Cancelled")
