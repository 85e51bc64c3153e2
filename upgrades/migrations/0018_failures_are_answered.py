"""Failures that were known when a line was lifted stop it no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0017_rollouts_are_drawn")]

    operations = [
        migrations.AddField("wave", "failures_answered", models.PositiveIntegerField(default=0)),
    ]
