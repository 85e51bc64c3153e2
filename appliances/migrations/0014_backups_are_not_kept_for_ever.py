"""For how long a site's backups are kept that no job relied on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0013_snapshots_in_order")]

    operations = [
        migrations.AddField(
            "site", "backup_kept_days", models.PositiveSmallIntegerField(default=180)
        ),
    ]
