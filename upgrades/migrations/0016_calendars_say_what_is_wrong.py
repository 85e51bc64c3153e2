"""What is wrong with a calendar is a kept sentence, told in the reader's language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0015_teams_and_seats"),
    ]

    operations = [
        migrations.RemoveField("freezecalendar", "problem"),
        migrations.AddField("freezecalendar", "problem", models.JSONField(null=True)),
    ]
