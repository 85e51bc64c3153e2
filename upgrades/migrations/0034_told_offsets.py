"""A booking knows what the site's clocks show at its start, as people were told. Rows from before
are filled by the first look of the worker, which tells nobody of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0033_settlements_end")]

    operations = [
        migrations.AddField("booking", "told_offset", models.SmallIntegerField(null=True)),
    ]
