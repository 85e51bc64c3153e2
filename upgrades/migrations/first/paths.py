"""Ways from version to version: the table that all look up, and ways of an appliance's own."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import owned, refers
from portal.rowsecurity import Platform, Secure

TABLES = [
    migrations.CreateModel(
        name="PathEntry",
        fields=[
            (
                "id",
                models.BigAutoField(
                    verbose_name="ID", primary_key=True, serialize=False, auto_created=True
                ),
            ),
            ("base", models.CharField(max_length=40)),
            ("product", models.CharField(max_length=40)),
            ("target", models.CharField(max_length=40)),
            ("package_ids", ArrayField(models.UUIDField())),
            ("hops", models.SmallIntegerField()),
            ("since", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("target", "base", "product"), name="one_path_a_state"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="AppliancePath",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "customer_id",
                    "target",
                    "appliance_id",
                    primary_key=True,
                    blank=True,
                    editable=False,
                    serialize=False,
                ),
            ),
            ("customer", refers("portal.customer", db_index=False, db_constraint=False)),
            ("appliance", owned("appliances.appliance", db_index=False)),
            ("target", models.CharField(max_length=40)),
            ("package_ids", ArrayField(models.UUIDField())),
            ("hops", models.SmallIntegerField()),
            ("planned_at", models.DateTimeField()),
        ],
    ),
]
WALLS = [
    Platform("PathEntry", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Secure("AppliancePath"),
]
