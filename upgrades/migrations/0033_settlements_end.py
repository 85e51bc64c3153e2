"""A customer that the portal fails at is named and tried again by a person; sentences are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0032_long_preparations")]

    operations = [
        migrations.AddField("settlement", "retried_at", models.DateTimeField(null=True)),
        migrations.AddField("settlementpart", "said", models.JSONField(null=True)),
        migrations.AddField("settlementpart", "failed_at", models.DateTimeField(null=True)),
        migrations.AddField("settlementpart", "tries", models.PositiveSmallIntegerField(default=0)),
    ]
