"""Steps that get no person in time, and the door that finds whose they are."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import portal.tenancy
from portal.rowsecurity import Secure, door

# A wait that is not noted yet, one whose next rung has come, one that is over.
WAITS = (
    "j.state = 'RUNNING' AND s.state IN ('ASKING', 'HELD') AND (s.holder_id IS NULL"
    " OR s.holder_until < clock_timestamp() OR s.state = 'ASKING' AND s.observed ? 'offered')"
)
ESCALATIONS = door(
    "door_customers_with_escalations(at timestamptz) RETURNS SETOF uuid",
    f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT s.customer_id FROM upgrades_jobstep s
    JOIN upgrades_upgradejob j ON j.id = s.job_id AND j.customer_id = s.customer_id
    WHERE {WAITS} AND NOT EXISTS (
        SELECT FROM upgrades_escalation e WHERE e.customer_id = s.customer_id
          AND e.step_id = s.id AND e.ended_at IS NULL AND (e.due_at IS NULL OR e.due_at > at))
    UNION
    SELECT e.customer_id FROM upgrades_escalation e
    JOIN upgrades_jobstep s ON s.id = e.step_id AND s.customer_id = e.customer_id
    JOIN upgrades_upgradejob j ON j.id = s.job_id AND j.customer_id = s.customer_id
    WHERE e.ended_at IS NULL AND NOT ({WAITS}) $$;""",  # noqa: S608 (our own text twice)
    reads=(
        "SELECT (id, customer_id, job_id, state, holder_id, holder_until, observed)"
        " ON upgrades_jobstep",
        "SELECT (id, customer_id, state) ON upgrades_upgradejob",
        "SELECT (customer_id, step_id, due_at, ended_at) ON upgrades_escalation",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0037_live_links")]

    operations = [
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("UNHELD", "Unheld"), ("OFFERED", "Offered")], max_length=10
                    ),
                ),
                ("since", models.DateTimeField()),
                ("rung", models.SmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
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
                    "step",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="upgrades.jobstep",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("step",),
                name="one_escalation_a_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(("rung__range", (0, 2))), name="escalation_has_three_rungs"
            ),
        ),
        Secure("Escalation", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*ESCALATIONS),
    ]
