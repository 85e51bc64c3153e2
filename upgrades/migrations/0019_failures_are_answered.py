"""Failures that were known when a line was lifted stop it no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0018_decision_links_and_calls")]

    operations = [
        migrations.AddField("wave", "failures_answered", models.PositiveIntegerField(default=0)),
    ]
