from datetime import timedelta
from typing import ClassVar

from django.db import models

from portal.models.lives import Lives


class Leased(Lives):
    """Work that somebody asked for and one worker at a time does (portal/services/leased.py, which
    alone writes `tries` and `lease_until`).

    Whoever does it has it until `lease_until`, in real time, and under the number of the try: who
    finds another number has lost it. `stored_as` names the file that it keeps. Whoever derives from
    it has two transitions besides its end: `begin` into the second state of OPEN, also after a
    worker that died with it, and `give_up(why)`, by a Refused or for a fault of ours (None).
    """

    OPEN: ClassVar[tuple[str, str]]  # waits for a worker, is being done
    LEASE: ClassVar[timedelta]  # longer than what is done between two renewals
    PAUSE: ClassVar = timedelta(0)  # after a try that failed
    MOST_TRIES: ClassVar = 3
    FOLDER: ClassVar = ""  # for its files alone: of the store, or of its customer's folder there

    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    stored_as = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def file(self, number: int) -> str:
        """The name in the store of what this try writes: one a try, so that what is left of any is
        found; or the same for all, of what all of them read."""
        owner = getattr(self, "customer_id", None)
        return "/".join([*([str(owner)] if owner else []), self.FOLDER, f"{self.pk.hex}-{number}"])
