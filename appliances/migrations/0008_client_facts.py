"""What is known of a site's client software: whether the console comes ahead, who keeps what."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0007_pairs"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="has_extractable_console",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="integration_kept_by",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
    ]
