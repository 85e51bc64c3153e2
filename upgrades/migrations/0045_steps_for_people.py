from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0044_booking_kept")]

    operations = [
        migrations.AddIndex(
            "jobstep",
            models.Index(
                fields=["customer", "job"],
                condition=models.Q(state__in=["HELD", "ASKING"]),
                name="steps_for_people",
            ),
        )
    ]
