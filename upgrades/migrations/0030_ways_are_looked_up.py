"""An appliance's way is looked up in the table by its versions: only ways of its own have a row.

Stored ways are worked out anew by the next planning of the fleet, so nothing is carried over.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0029_enrolments_keep_sentences")]

    operations = [
        migrations.RunSQL("TRUNCATE upgrades_appliancepath", migrations.RunSQL.noop),
        migrations.RemoveField("appliancepath", "entry"),
        migrations.RenameField("appliancepath", "own_package_ids", "package_ids"),
        migrations.RenameField("appliancepath", "own_hops", "hops"),
        migrations.AlterField(
            "appliancepath",
            "package_ids",
            django.contrib.postgres.fields.ArrayField(models.UUIDField()),
        ),
        migrations.AlterField("appliancepath", "hops", models.SmallIntegerField()),
    ]
