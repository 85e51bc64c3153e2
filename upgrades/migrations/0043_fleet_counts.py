"""The whole fleet counted, kept where counting takes long. Nobody's rows: counts over customers."""

from django.db import migrations, models

from portal.rowsecurity import Platform


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0042_seats_of_erased_customers")]

    operations = [
        migrations.CreateModel(
            name="FleetCount",
            fields=[
                ("what", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("counts", models.JSONField()),
                ("counted_at", models.DateTimeField()),
                ("milliseconds", models.IntegerField()),
            ],
        ),
        Platform("FleetCount", app="SELECT, INSERT, UPDATE, DELETE"),
    ]
