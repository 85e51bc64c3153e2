"""What is due by itself is found by an index: a sweep read every appliance there is, each time."""

from django.db import migrations, models

ASKED = models.Q(place="IN_PLACE") & ~models.Q(dialect="NO_API") & ~models.Q(secret_key_id="")


class Migration(migrations.Migration):
    dependencies = [("appliances", "0017_where_it_stands")]

    operations = [
        migrations.AddIndex(
            "appliance",
            models.Index(
                models.F("backup_due_at").asc(nulls_first=True),
                "id",
                condition=ASKED & ~models.Q(cluster_role="TRAFFIC"),
                name="appliances_backup_due",
            ),
        ),
        migrations.AddIndex(
            "appliance",
            models.Index(fields=["read_due_at"], condition=ASKED, name="appliances_read_due"),
        ),
        migrations.AddIndex(
            "appliance",
            models.Index(
                fields=["read_begun_at"],
                condition=models.Q(read_begun_at__isnull=False),
                name="appliances_read_begun",
            ),
        ),
    ]
