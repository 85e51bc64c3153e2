"""Plans of new hardware and repairs are rehearsed too; the first window not before a day."""

import django.db.models.deletion
from django.db import migrations, models

import portal.tenancy
from portal.rowsecurity import SecureKey


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0020_unanswered_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="rehearsal",
            name="earliest",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="rehearsal",
            name="replacement",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="rehearsal",
            name="repairs",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="upgrades.upgradejob",
            ),
        ),
        SecureKey("Rehearsal", "replacement"),
        SecureKey("Rehearsal", "repairs"),
    ]
