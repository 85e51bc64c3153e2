"""Where an upgrade is, and which of these states belong together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PROPOSED = "PROPOSED", _("Proposed")
    SCHEDULED = "SCHEDULED", _("Scheduled")
    MISSED = "MISSED", _("Missed")
    RUNNING = "RUNNING", _("Running")
    PAUSED = "PAUSED", _("Paused")
    HALTED = "HALTED", _("Halted")
    ABANDONED = "ABANDONED", _("Abandoned")
    CANCELLED = "CANCELLED", _("Cancelled")
    DONE = "DONE", _("Done")


S = JobState
UNDER_WAY = (S.RUNNING, S.PAUSED, S.HALTED)
BEFORE_RUNNING = (S.DRAFT, S.PROPOSED, S.SCHEDULED, S.MISSED)
ENDED = (S.ABANDONED, S.CANCELLED, S.DONE)
