"""Two bookings of one site at one time: the database refuses, and this says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import Refused

NEVER_OVERLAP = "bookings_of_a_site_never_overlap"


class SlotTaken(Refused):
    """Somebody booked this time of the site meanwhile."""

    code = "slot-taken"


@contextmanager
def unless_taken() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if NEVER_OVERLAP not in str(clash):
            raise
        raise SlotTaken(
            _("This time of the site was booked meanwhile."),
            remedy=_("Choose among the slots that are free now."),
        ) from clash
