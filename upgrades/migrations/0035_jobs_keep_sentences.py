"""Why a job came back or was given up, told to each reader in their language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0034_told_offsets")]

    operations = [migrations.AddField("upgradejob", "said", models.JSONField(null=True))]
