"""What an abandoned job left, with the appliances concerned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0013_freezes_float"),
    ]

    operations = [
        migrations.AddField(
            model_name="upgradejob",
            name="left_state",
            field=models.JSONField(default=dict),
        ),
    ]
