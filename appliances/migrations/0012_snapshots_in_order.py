from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0011_recurring_backups")]

    operations = [
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["customer", "taken_at", "id"], name="snapshots_in_order"),
        ),
    ]
