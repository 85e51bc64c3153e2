"""A site's Jump Clients after a release: the latest look at them, and what was decided."""

import django.db.models.deletion
import portal.tenancy
from portal.rowsecurity import Secure
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0008_client_facts"),
        ("portal", "0006_kept_answers"),
        ("upgrades", "0011_looks_and_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientLook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hop", models.IntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[("API", "read by the portal"), ("EXPORT", "uploaded export")],
                        max_length=10,
                    ),
                ),
                ("release_at", models.DateTimeField(null=True)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("file_name", models.CharField(blank=True, default="", max_length=160)),
                ("counts", models.JSONField(default=dict)),
                (
                    "appliance",
                    portal.tenancy.OwnedForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.appliance",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "job",
                    portal.tenancy.OwnedForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="client_looks",
                        to="upgrades.upgradejob",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("key", models.CharField(max_length=250)),
                ("name", models.CharField(max_length=120)),
                ("hostname", models.CharField(blank=True, default="", max_length=120)),
                ("jump_group", models.CharField(blank=True, default="", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PENDING", "can be reached, still needs it"),
                            ("OFF_LINE", "off line"),
                            ("LOST", "lost"),
                            ("FOLLOWED", "followed"),
                            ("GONE", "uninstalled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("passive", models.BooleanField(default=False)),
                ("status", models.CharField(blank=True, default="", max_length=160)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "look",
                    portal.tenancy.OwnedForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="upgrades.clientlook",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hop", models.IntegerField()),
                ("key", models.CharField(max_length=250)),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("WAIT", "wait for it"),
                            ("REDEPLOY", "redeploy by hand"),
                            ("LET_GO", "let it go"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "job",
                    portal.tenancy.OwnedForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.upgradejob",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "hop", "key"), name="one_decision_a_client"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="clientlook",
            index=models.Index(fields=["job", "hop"], name="looks_of_job"),
        ),
        migrations.AddIndex(
            model_name="clientrow",
            index=models.Index(fields=["look", "name", "id"], name="clients_by_name"),
        ),
        migrations.AddIndex(
            model_name="clientrow",
            index=models.Index(fields=["look", "kind"], name="clients_by_kind"),
        ),
        Secure("ClientLook"),
        Secure("ClientRow"),
        Secure("ClientDecision"),
    ]
