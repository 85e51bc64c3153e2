"""Large exported lists of clients, which workers read; found again by a door."""

import django.db.models.deletion
import django_fsm
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Secure, door


WAITING = door(
    "door_waiting_exports() RETURNS TABLE (owner_id uuid, export uuid)",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.customer_id, e.id FROM upgrades_clientexport e
    WHERE e.state IN ('WAITING', 'READING')
      AND (e.lease_until IS NULL OR e.lease_until < clock_timestamp()) LIMIT 50 $$;""",
    reads=("SELECT (id, customer_id, state, lease_until) ON upgrades_clientexport",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_calendar_feeds_and_dead_letters"),
        ("upgrades", "0025_bases_are_read_ahead"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("file_name", models.CharField(max_length=160)),
                ("stored_as", models.CharField(blank=True, default="", max_length=160)),
                ("key_id", models.CharField(blank=True, default="", max_length=40)),
                ("size", models.BigIntegerField()),
                ("order", models.CharField(blank=True, default="", max_length=3)),
                ("zone", models.CharField(blank=True, default="", max_length=60)),
                ("release_at", models.DateTimeField(null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("WAITING", "Waiting to be read"),
                            ("READING", "Being read"),
                            ("READ", "Read"),
                            ("REFUSED", "Refused"),
                        ],
                        default="WAITING",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("percent", models.SmallIntegerField(default=0)),
                ("half_id", models.UUIDField(null=True)),
                ("code", models.CharField(blank=True, default="", max_length=60)),
                ("reason", models.TextField(blank=True, default="")),
                ("remedy", models.TextField(blank=True, default="")),
                (
                    "by",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="client_exports",
                        to="upgrades.upgradejob",
                    ),
                ),
                (
                    "step",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.jobstep",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "READING"])),
                        fields=["lease_until"],
                        name="exports_open",
                    )
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        Secure("ClientExport", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*WAITING),
    ]
