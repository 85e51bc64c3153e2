"""How far whoever holds a step says it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0030_ways_are_looked_up")]

    operations = [
        migrations.AddField(
            model_name="jobstep", name="progressed", field=models.JSONField(null=True)
        )
    ]
