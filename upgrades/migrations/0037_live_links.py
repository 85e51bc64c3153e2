"""Secret pages of one job for the night shift, and the door that finds whose a secret is."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.tenancy
from portal.rowsecurity import Secure, door

# A secret that is over is answered as one that never was, by the same single look.
CUSTOMER_OF_LIVE_LINK = door(
    "door_customer_of_live_link(asked bytea, at timestamptz) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT customer_id FROM upgrades_livelink"
    " WHERE digest = asked AND ended_at IS NULL AND expires_at > at $$;",
    reads=("SELECT (customer_id, digest, ended_at, expires_at) ON upgrades_livelink",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_squashed_0014_sandboxes"),
        ("upgrades", "0001_squashed_0036_replacements_of_jobs_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LiveLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="for whom")),
                ("digest", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("last_opened_at", models.DateTimeField(null=True)),
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
                        related_name="live_links",
                        to="upgrades.upgradejob",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        Secure("LiveLink", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*CUSTOMER_OF_LIVE_LINK),
    ]
