"""An appliance's stored path is a link to the entry of its versions, which changes in its place.

Stored paths are worked out anew by the next planning of the fleet, so nothing is carried over.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0009_claim_in_order")]

    operations = [
        migrations.RunSQL(
            "TRUNCATE upgrades_pathentry; TRUNCATE upgrades_appliancepath", migrations.RunSQL.noop
        ),
        migrations.RemoveField("appliancepath", "hops"),
        migrations.RemoveField("appliancepath", "package_ids"),
        migrations.AddField(
            "appliancepath",
            "entry",
            models.ForeignKey(
                to="upgrades.pathentry",
                on_delete=models.DO_NOTHING,
                related_name="+",
                db_constraint=False,
                db_index=False,
                null=True,
            ),
        ),
        migrations.AddField(
            "appliancepath",
            "own_package_ids",
            django.contrib.postgres.fields.ArrayField(models.UUIDField(), null=True),
        ),
        migrations.AddField("appliancepath", "own_hops", models.SmallIntegerField(null=True)),
        migrations.AddField("pathentry", "since", models.DateTimeField()),
    ]
