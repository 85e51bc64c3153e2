from django.db import migrations, models

EVENTS = "CREATE INDEX portal_event_at ON portal_auditevent (at, number, id)"


class Migration(migrations.Migration):
    dependencies = [("portal", "0018_own_clocks")]

    operations = [
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["written_at", "id"],
                include=["customer", "subject"],
                name="messages_of_all_in_order",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(fields=["customer", "written_at", "id"], name="messages_in_order"),
        ),
        migrations.RunSQL(EVENTS, "DROP INDEX portal_event_at"),
    ]
