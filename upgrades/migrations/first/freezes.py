"""Freezes on each site's own clock, the calendars they come from, and overrides."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import migrations, models

from portal.migrations.first.making import customer, identity, owned, person, refers, words
from portal.rowsecurity import Platform, Secure, door

DUE = door(
    "door_customers_with_due_calendars(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_freezecalendar WHERE next_at <= at $$;""",
    reads=("SELECT (customer_id, next_at) ON upgrades_freezecalendar",),
)

TABLES = [
    migrations.CreateModel(
        name="FreezeCalendar",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "freeze_calendars", null=True)),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            (
                "address",
                models.URLField(verbose_name="address", max_length=500, blank=True, default=""),
            ),
            ("country", words(10, verbose_name="country")),
            ("content", models.TextField(blank=True, default="")),
            ("digest", words(64)),
            ("etag", words(200)),
            ("next_at", models.DateTimeField(null=True)),
            ("refreshed_at", models.DateTimeField(null=True)),
            ("failures", models.PositiveSmallIntegerField(default=0)),
            ("lost_at", models.DateTimeField(null=True)),
            ("problem", models.JSONField(null=True)),
            ("pending", models.JSONField(null=True)),
            ("made_by", person(null=True)),
            ("made_at", models.DateTimeField()),
        ],
        options={
            "indexes": [models.Index(fields=["next_at"], name="freeze_calendars_due")],
        },
    ),
    migrations.CreateModel(
        name="Freeze",
        fields=[
            identity(),
            customer(),
            ("title", models.CharField(verbose_name="title", max_length=120)),
            ("span", DateTimeRangeField()),
            ("local_begin", words(16)),
            ("local_end", words(16)),
            (
                "source",
                models.CharField(
                    max_length=10,
                    default="HAND",
                    choices=[
                        ("HAND", "set by hand"),
                        ("CALENDAR", "from a calendar of the customer's"),
                        ("HOLIDAY", "a public holiday"),
                    ],
                ),
            ),
            ("made_by", person(null=True)),
            ("made_at", models.DateTimeField()),
            ("site", owned("appliances.site", "freezes", null=True)),
            ("calendar", owned("upgrades.freezecalendar", "freezes", null=True)),
            ("uid", words(255)),
        ],
        options={
            "indexes": [GistIndex(fields=["customer", "span"], name="freezes_of_a_customer")],
        },
    ),
    migrations.CreateModel(
        name="PlatformFreeze",
        fields=[
            ("title", models.CharField(verbose_name="title", max_length=120)),
            ("span", DateTimeRangeField()),
            ("local_begin", words(16)),
            ("local_end", words(16)),
            (
                "source",
                models.CharField(
                    max_length=10,
                    default="HAND",
                    choices=[
                        ("HAND", "set by hand"),
                        ("CALENDAR", "from a calendar of the customer's"),
                        ("HOLIDAY", "a public holiday"),
                    ],
                ),
            ),
            ("made_by", person(null=True)),
            ("made_at", models.DateTimeField()),
            identity(),
            ("release", refers("appliances.package", null=True)),
        ],
        options={
            "indexes": [GistIndex(fields=["span"], name="freezes_of_all")],
        },
    ),
    migrations.CreateModel(
        name="FreezeOverride",
        fields=[
            identity(),
            customer(),
            ("booking", owned("upgrades.booking", "overrides")),
            ("revision", models.IntegerField()),
            ("reason", models.CharField(verbose_name="reason", max_length=400)),
            ("by", person()),
            ("at", models.DateTimeField()),
        ],
    ),
]
WALLS = [
    Secure("FreezeCalendar"),
    Secure("Freeze"),
    Platform("PlatformFreeze", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Secure("FreezeOverride", app="SELECT, INSERT"),
    migrations.RunSQL(*DUE),
]
