"""Links that decide, telephone calls that support is asked for, and the doors to both."""

from django.db import migrations, models

from portal.migrations.first.making import customer, identity, owned, person, words
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

TABLES = [
    migrations.CreateModel(
        name="DecisionLink",
        fields=[
            identity(),
            customer(),
            ("enrolment", owned("upgrades.enrolment", "links")),
            ("job", owned("upgrades.upgradejob")),
            ("contact", owned("portal.contact")),
            ("digest", models.BinaryField(unique=True)),
            ("made_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
            (
                "answer",
                models.CharField(
                    max_length=10,
                    blank=True,
                    default="",
                    choices=[
                        ("ACCEPTED", "accepted"),
                        ("MOVED", "another time taken"),
                        ("DECLINED", "declined"),
                        ("ELSEWHERE", "decided elsewhere"),
                    ],
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="PhoneCall",
        fields=[
            identity(),
            customer(),
            ("enrolment", owned("upgrades.enrolment", "calls")),
            ("contact", owned("portal.contact")),
            ("asked_at", models.DateTimeField()),
            ("done_at", models.DateTimeField(null=True)),
            ("done_by", person(null=True)),
            ("said", words(400, verbose_name="what was said")),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("done_at", None)), fields=["asked_at"], name="calls_to_make"
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("enrolment", "contact"), name="one_call_a_contact")
            ],
        },
    ),
]
WALLS = [
    Secure("DecisionLink", app="SELECT, INSERT, UPDATE"),
    Secure("PhoneCall", app="SELECT, INSERT, UPDATE"),
    migrations.RunSQL(*CUSTOMER_OF_DECISION),
    migrations.RunSQL(*SILENT),
]
