from django.db import models


class FleetCount(models.Model):
    """The whole fleet counted by one axis, as all of staff see it: kept where counting takes long.

    It is nobody's truth: gone, it is counted anew. Regions are customers' words, so these rows go
    when a customer is erased (services/leaving.py), and none grows old (services/fleetwide/kept).
    """

    what = models.CharField(max_length=20, primary_key=True)  # the axis; by customer its page too
    counts = models.JSONField()
    counted_at = models.DateTimeField()  # PostgreSQL's clock, which all processes share
    milliseconds = models.IntegerField()  # that counting took
