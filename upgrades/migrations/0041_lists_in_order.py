from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0040_own_clocks")]

    operations = [
        migrations.AddIndex(
            "upgradejob",
            models.Index(fields=["-made_at", "-number", "id"], name="jobs_of_all_in_order"),
        )
    ]
