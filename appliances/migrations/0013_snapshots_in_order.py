from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0012_returns_are_photographed")]

    operations = [
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["customer", "taken_at", "id"], name="snapshots_in_order"),
        ),
    ]
