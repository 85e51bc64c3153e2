"""How large a package's file is, as far as the catalogue knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0015_said_at_the_box")]

    operations = [
        migrations.AddField("package", "size", models.BigIntegerField(null=True)),
    ]
