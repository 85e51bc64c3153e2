from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0037_live_links")]

    operations = [
        migrations.AddIndex(
            "upgradejob",
            models.Index(fields=["-made_at", "-number", "id"], name="jobs_of_all_in_order"),
        )
    ]
