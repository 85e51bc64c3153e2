"""Where an appliance stands and what it looks like, for whoever looks for it in a rack."""

import django.db.models.deletion
from django.db import migrations, models

from portal.rowsecurity import SecureKey
from portal.tenancy import OwnedForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0016_sizes_of_packages"),
        ("portal", "0020_company_sign_in"),
    ]

    operations = [
        migrations.AddField(
            "appliance", "rack_place", models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddField(
            "appliance",
            "photograph",
            OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.evidencefile",
            ),
        ),
        SecureKey("Appliance", "photograph"),
    ]
