"""The time without failover, and the door that finds where it has lasted too long."""

import django.db.models.deletion
import django_fsm
import portal.tenancy
import uuid
from django.db import migrations, models

from portal.rowsecurity import Secure, door

LONG_INTERIMS = door(
    "door_customers_with_long_interims(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT i.customer_id FROM upgrades_interim i
    JOIN appliances_site t ON t.id = i.site_id AND t.customer_id = i.customer_id
    WHERE i.state = 'OPEN' AND i.began_at + t.interim_days * interval '1 day' <= at $$;""",
    reads=(
        "SELECT (customer_id, site_id, state, began_at) ON upgrades_interim",
        "SELECT (id, customer_id, interim_days) ON appliances_site",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0007_pairs"),
        ("portal", "0003_contacts_and_promises"),
        ("upgrades", "0006_chosen_halves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Interim",
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
                            ("OPEN", "Without failover"),
                            ("TOO_LONG", "Too long without failover"),
                            ("ENDED", "Ended"),
                        ],
                        default="OPEN",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "ended_by",
                    portal.tenancy.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.upgradejob",
                    ),
                ),
                (
                    "job",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="upgrades.upgradejob",
                    ),
                ),
                (
                    "site",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interims",
                        to="appliances.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("site",),
                        name="one_interim_a_site",
                    )
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        Secure("Interim", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*LONG_INTERIMS),
    ]
