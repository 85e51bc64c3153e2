"""When something happened at a rack without a network, beside when it arrived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0001_squashed_0014_backups_are_not_kept_for_ever")]

    operations = [
        migrations.AddField("hardwarereturn", "said_at", models.JSONField(default=dict)),
        migrations.AddField("returnphotograph", "taken_at", models.DateTimeField(null=True)),
    ]
