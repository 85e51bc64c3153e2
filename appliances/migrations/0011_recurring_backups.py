"""How often a site's appliances are backed up by themselves (G-PREP-16), when each is due, and what
went wrong the last time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0010_lists_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="backup_days",
            field=models.PositiveSmallIntegerField(default=7),
        ),
        migrations.AddField(
            model_name="appliance",
            name="backup_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appliance",
            name="backup_trouble",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
