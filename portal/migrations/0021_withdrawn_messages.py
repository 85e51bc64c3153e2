"""A message that is not true any more when it is to leave is withdrawn, and says why."""

import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0020_company_sign_in")]

    operations = [
        migrations.AddField("message", "asks_id", models.UUIDField(null=True)),
        migrations.AddField(
            "message", "asks_mark", models.CharField(blank=True, default="", max_length=80)
        ),
        migrations.AddField("message", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "message", "withdrawn_why", models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AlterField(
            "message",
            "state",
            django_fsm.FSMField(
                choices=[
                    ("QUEUED", "Queued"),
                    ("SENT", "Sent"),
                    ("FAILED", "Failed, will be tried again"),
                    ("BOUNCED", "Came back"),
                    ("DEAD", "Given up"),
                    ("WITHDRAWN", "Withdrawn"),
                ],
                default="QUEUED",
                max_length=50,
                protected=True,
            ),
        ),
    ]
