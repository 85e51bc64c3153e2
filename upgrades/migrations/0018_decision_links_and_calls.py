"""Links that decide, telephone calls that support is asked for, and the doors to both."""

import django.db.models.deletion
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Secure, door

CUSTOMER_OF_DECISION = door(
    "door_customer_of_decision(asked bytea) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT customer_id FROM upgrades_decisionlink WHERE digest = asked $$;",
    reads=("SELECT (customer_id, digest) ON upgrades_decisionlink",),
)
# A rung is due; or the address of whoever was told has come back, and nobody was called yet.
SILENT = door(
    "door_customers_with_silent_enrolments(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.customer_id FROM upgrades_enrolment e
    JOIN upgrades_rollout r ON r.id = e.rollout_id AND r.state = 'OPEN'
    WHERE e.state = 'ALERTED' AND e.rung_at <= at
    UNION
    SELECT e.customer_id FROM upgrades_enrolment e
    JOIN upgrades_rollout r ON r.id = e.rollout_id AND r.state = 'OPEN'
    JOIN portal_contact c ON c.id = e.contact_id AND c.customer_id = e.customer_id
    WHERE e.state = 'ALERTED' AND c.bounced_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM upgrades_phonecall p WHERE p.customer_id = e.customer_id
          AND p.enrolment_id = e.id AND p.contact_id = e.contact_id) $$;""",
    reads=(
        "SELECT (id, customer_id, rollout_id, contact_id, state, rung_at) ON upgrades_enrolment",
        "SELECT (id, state) ON upgrades_rollout",
        "SELECT (id, customer_id, bounced_at) ON portal_contact",
        "SELECT (customer_id, enrolment_id, contact_id) ON upgrades_phonecall",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0009_key_check"),
        ("portal", "0008_contacts_links_and_calendars"),
        ("upgrades", "0017_rollouts_are_drawn"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ACCEPTED", "accepted"),
                            ("MOVED", "another time taken"),
                            ("DECLINED", "declined"),
                            ("ELSEWHERE", "decided elsewhere"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PhoneCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "said",
                    models.CharField(
                        blank=True, default="", max_length=400, verbose_name="what was said"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "ALERTED")),
                fields=["rung_at"],
                name="enrolments_rungs",
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="contact",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.contact"
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="enrolment",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="upgrades.enrolment",
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="job",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="upgrades.upgradejob",
            ),
        ),
        migrations.AddField(
            model_name="phonecall",
            name="contact",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.contact"
            ),
        ),
        migrations.AddField(
            model_name="phonecall",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="phonecall",
            name="done_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="phonecall",
            name="enrolment",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="upgrades.enrolment",
            ),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["asked_at"], name="calls_to_make"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "contact"), name="one_call_a_contact"
            ),
        ),
        Secure("DecisionLink", app="SELECT, INSERT, UPDATE"),
        Secure("PhoneCall", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*CUSTOMER_OF_DECISION),
        migrations.RunSQL(*SILENT),
    ]
