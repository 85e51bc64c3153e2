from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0021_rehearsals_of_every_plan")]

    operations = [
        migrations.AddIndex(
            model_name="upgradejob",
            index=models.Index(fields=["customer", "-made_at", "-id"], name="jobs_in_order"),
        ),
    ]
