import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django_fsm
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform, Secure


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0003_regions_and_tags"),
        ("portal", "0003_contacts_and_promises"),
        ("upgrades", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FreezeCalendar",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "address",
                    models.URLField(blank=True, default="", max_length=500, verbose_name="address"),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("etag", models.CharField(blank=True, default="", max_length=200)),
                ("next_at", models.DateTimeField(null=True)),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=400)),
                ("pending", models.JSONField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "site",
                    portal.tenancy.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freeze_calendars",
                        to="appliances.site",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rollout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "audience",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="audience"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("OPEN", "Open"),
                            ("PAUSED", "Paused"),
                            ("STOPPED", "Stopped"),
                            ("CLOSED", "Closed"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                (
                    "notices",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=2000,
                        verbose_name="what users will notice",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_days", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.package",
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "title",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="title"),
                ),
                ("by_likeness", models.BooleanField(default=False)),
                ("size", models.PositiveIntegerField(null=True)),
                ("share", models.PositiveSmallIntegerField(null=True)),
                ("opens_next_at", models.PositiveSmallIntegerField(default=100)),
                ("soak_days", models.PositiveSmallIntegerField(default=0)),
                ("stops_at", models.PositiveSmallIntegerField(default=10)),
                ("opened_at", models.DateTimeField(null=True)),
                ("passed_at", models.DateTimeField(null=True)),
                (
                    "rollout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waves",
                        to="upgrades.rollout",
                    ),
                ),
            ],
            options={
                "ordering": ["rollout", "number"],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("READY", "Ready"),
                            ("ALERTED", "Alerted"),
                            ("BOOKED", "Booked"),
                            ("UPGRADING", "Upgrading"),
                            ("UPGRADED", "Upgraded"),
                            ("DECLINED", "Declined"),
                            ("LAPSED", "Lapsed"),
                            ("EXCLUDED", "Left out"),
                            ("FAILED", "Failed"),
                        ],
                        default="WAITING",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("place", models.PositiveIntegerField(default=0)),
                ("planned_on", models.DateField(null=True)),
                ("last_possible_on", models.DateField(null=True)),
                ("rung", models.CharField(blank=True, default="", max_length=20)),
                ("rung_at", models.DateTimeField(null=True)),
                ("alerted_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("enrolled_at", models.DateTimeField()),
                (
                    "contact",
                    portal.tenancy.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.contact",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="upgrades.upgradejob",
                    ),
                ),
                (
                    "site",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="appliances.site",
                    ),
                ),
                (
                    "rollout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.rollout",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.wave",
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("uid", models.CharField(blank=True, default="", max_length=255)),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("HAND", "set by hand"),
                            ("CALENDAR", "from a calendar of the customer's"),
                            ("HOLIDAY", "a public holiday"),
                        ],
                        default="HAND",
                        max_length=10,
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    portal.tenancy.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to="appliances.site",
                    ),
                ),
                (
                    "calendar",
                    portal.tenancy.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to="upgrades.freezecalendar",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["customer", "span"], name="freezes_of_a_customer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformFreeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("HAND", "set by hand"),
                            ("CALENDAR", "from a calendar of the customer's"),
                            ("HOLIDAY", "a public holiday"),
                        ],
                        default="HAND",
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(blank=True, default="", max_length=10)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.package",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["span"], name="freezes_of_all"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="rollout_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["OPEN", "PAUSED", "STOPPED"])),
                fields=("release",),
                name="one_rollout_a_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.UniqueConstraint(
                fields=("rollout", "number"), name="one_wave_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_next_at__range", (0, 100)), ("stops_at__range", (0, 100))
                ),
                name="wave_thresholds_are_shares",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["rollout", "state"], name="enrolments_by_state"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "ALERTED")),
                fields=["answer_by"],
                name="enrolments_silent",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                fields=("rollout", "site"), name="one_enrolment_a_site"
            ),
        ),
        Platform("Rollout", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        Platform("Wave", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
        Platform("PlatformFreeze", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
        Secure("Enrolment", app="SELECT, INSERT, UPDATE"),
        Secure("FreezeCalendar"),
        Secure("Freeze"),
    ]
