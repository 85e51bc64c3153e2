"""A job that brings new hardware, or repairs what another one left."""

import django.db.models.deletion
import portal.tenancy
from importlib import import_module

from django.db import migrations

from portal.rowsecurity import DOOR, SecureKey

# What has no place at a site is not read every hour: a box that is being set up, or has left.
FORWARD, _BACKWARD = import_module("upgrades.migrations.0004_looks").READS
HAS_API = "x.dialect <> 'NO_API'"
READS_IN_PLACE = (
    FORWARD.replace(HAS_API, f"{HAS_API} AND x.place = 'IN_PLACE'")
    + f"GRANT SELECT (place) ON appliances_appliance TO {DOOR};"
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0005_replacements_and_returns"),
        ("upgrades", "0004_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="upgradejob",
            name="repairs",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repairs_of",
                to="upgrades.upgradejob",
            ),
        ),
        migrations.AddField(
            model_name="upgradejob",
            name="replacement",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appliances.appliance",
            ),
        ),
        SecureKey("UpgradeJob", "replacement"),
        SecureKey("UpgradeJob", "repairs"),
        migrations.RunSQL(READS_IN_PLACE, FORWARD),
    ]
