"""Who serves, which shared addresses are enabled, and how long a site may be without failover."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0006_cluster_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="appliance",
            name="in_production",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="appliance",
            name="shared_ips",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="integration_by_ip",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="interim_days",
            field=models.PositiveSmallIntegerField(default=7),
        ),
    ]
