import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="region",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="region"),
        ),
        migrations.AddField(
            model_name="site",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
    ]
