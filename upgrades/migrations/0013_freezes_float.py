"""Freezes on each site's own clock; calendars and holidays they come from; overrides."""

import django.db.models.deletion
import django.utils.timezone
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Secure, door

DUE = door(
    "door_customers_with_due_calendars(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_freezecalendar WHERE next_at <= at $$;""",
    reads=("SELECT (customer_id, next_at) ON upgrades_freezecalendar",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0008_client_facts"),
        ("portal", "0006_kept_answers"),
        ("upgrades", "0012_jump_clients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FreezeOverride",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("revision", models.IntegerField()),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveField(
            model_name="platformfreeze",
            name="country",
        ),
        migrations.AddField(
            model_name="freeze",
            name="local_begin",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="freeze",
            name="local_end",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="freeze",
            name="made_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="freezecalendar",
            name="content",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="freezecalendar",
            name="country",
            field=models.CharField(blank=True, default="", max_length=10, verbose_name="country"),
        ),
        migrations.AddField(
            model_name="freezecalendar",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="freezecalendar",
            name="made_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="freezecalendar",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="platformfreeze",
            name="local_begin",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="platformfreeze",
            name="local_end",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="platformfreeze",
            name="made_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="freezecalendar",
            index=models.Index(fields=["next_at"], name="freeze_calendars_due"),
        ),
        migrations.AddField(
            model_name="freezeoverride",
            name="booking",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overrides",
                to="upgrades.booking",
            ),
        ),
        migrations.AddField(
            model_name="freezeoverride",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="freezeoverride",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        Secure("FreezeOverride", app="SELECT, INSERT"),
        migrations.RunSQL(*DUE),
    ]
