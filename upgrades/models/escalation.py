from typing import Any

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Escalation(CustomerOwned):
    """A step that waits for a person whom it does not get: nobody is at it, or an offer is not
    accepted. Since when, who was told (rung 1: the shift, 2: whoever leads it), and when the next
    are told. It ends with the wait; a step has one at a time.
    """

    class Why(models.TextChoices):
        UNHELD = "UNHELD"
        OFFERED = "OFFERED"

    step = OwnedForeignKey("upgrades.JobStep", related_name="escalations")
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateTimeField()
    rung = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # when the next rung is; none after the last
    ended_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=models.Q(ended_at__isnull=True),
                name="one_escalation_a_step",
            ),
            models.CheckConstraint(
                condition=models.Q(rung__range=(0, 2)), name="escalation_has_three_rungs"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} since {self.since:%Y-%m-%d %H:%M}"


def with_waits(steps: QuerySet[Any], rows: QuerySet[Escalation]) -> QuerySet[Any]:
    """Steps with `waits_since` and `waits_rung` of the escalation that goes on, if one does."""
    open_one = rows.filter(
        customer_id=OuterRef("customer_id"), step_id=OuterRef("pk"), ended_at=None
    )
    return steps.annotate(
        waits_since=Subquery(open_one.values("since")[:1]),
        waits_rung=Subquery(open_one.values("rung")[:1]),
    )
