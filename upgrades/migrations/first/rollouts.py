"""Rollouts, their waves, and the place of each site."""

from django.db import migrations, models

from portal.migrations.first.making import (
    GUARDED,
    customer,
    identity,
    moved,
    owned,
    person,
    refers,
    words,
)
from portal.rowsecurity import Platform, Secure, door

# What the sweep does something about, in the fair order: what is next in an open wave, what a
# stopped line still has to hold or to tell, what a lifted one gives back, what a closed one leaves.
DUE = door(
    "door_enrolments_due(at timestamptz, most integer)"
    " RETURNS TABLE (customer_id uuid, enrolment_id uuid)",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.customer_id, e.id FROM upgrades_enrolment e
    JOIN upgrades_rollout r ON r.id = e.rollout_id
    LEFT JOIN upgrades_wave w ON w.id = e.wave_id
    WHERE coalesce(e.look_at, at) <= at AND (
        (r.state = 'OPEN' AND w.opened_at IS NOT NULL AND e.state IN ('WAITING', 'READY'))
        OR (r.state IN ('OPEN', 'PAUSED') AND e.held_at IS NOT NULL)
        OR (r.state = 'STOPPED' AND e.held_at IS NULL
            AND e.state IN ('ALERTED', 'BOOKED', 'UPGRADING'))
        OR (r.state = 'STOPPED' AND e.held_at IS NOT NULL AND r.told_at IS NOT NULL
            AND coalesce(e.told_at, '-infinity') < r.told_at)
        OR (r.state = 'CLOSED' AND (
            e.state IN ('WAITING', 'READY', 'ALERTED') OR e.held_at IS NOT NULL)))
    ORDER BY e.place, e.id LIMIT most $$;""",
    reads=(
        "SELECT (id, customer_id, rollout_id, wave_id, state, place, look_at, held_at, told_at)"
        " ON upgrades_enrolment",
        "SELECT (id, state, told_at) ON upgrades_rollout",
        "SELECT (id, opened_at) ON upgrades_wave",
    ),
)

TABLES = [
    migrations.CreateModel(
        name="Rollout",
        fields=[
            identity(),
            ("name", models.CharField(verbose_name="name", max_length=120)),
            ("release", refers("appliances.package")),
            ("audience", words(1000, verbose_name="audience")),
            ("starts_on", models.DateField(verbose_name="first day")),
            ("ends_on", models.DateField(verbose_name="last day")),
            (
                "state",
                moved(
                    "DRAFT",
                    [
                        ("DRAFT", "Draft"),
                        ("OPEN", "Open"),
                        ("PAUSED", "Paused"),
                        ("STOPPED", "Stopped"),
                        ("CLOSED", "Closed"),
                        ("CANCELLED", "Cancelled"),
                    ],
                ),
            ),
            ("reason", words(400)),
            ("notices", words(2000, verbose_name="what users will notice")),
            ("made_by", person()),
            ("made_at", models.DateTimeField()),
            ("opened_at", models.DateTimeField(null=True)),
            ("stopped_at", models.DateTimeField(null=True)),
            ("stopped_days", models.PositiveSmallIntegerField(default=0)),
            ("ended_at", models.DateTimeField(null=True)),
            ("draw_asked_at", models.DateTimeField(null=True)),
            ("drawn_at", models.DateTimeField(null=True)),
            ("of_all", models.PositiveIntegerField(default=0)),
            ("coverage", models.JSONField(default=dict)),
            ("told_at", models.DateTimeField(null=True)),
            ("letters", models.JSONField(default=dict)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                    name="rollout_has_days",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ["OPEN", "PAUSED", "STOPPED"])),
                    fields=("release",),
                    name="one_rollout_a_release",
                ),
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="Wave",
        fields=[
            identity(),
            (
                "rollout",
                models.ForeignKey(
                    on_delete=models.CASCADE, related_name="waves", to="upgrades.rollout"
                ),
            ),
            ("number", models.PositiveSmallIntegerField()),
            ("title", words(80, verbose_name="title")),
            ("by_likeness", models.BooleanField(default=False)),
            ("size", models.PositiveIntegerField(null=True)),
            ("share", models.PositiveSmallIntegerField(null=True)),
            ("opens_next_at", models.PositiveSmallIntegerField(default=100)),
            ("soak_days", models.PositiveSmallIntegerField(default=0)),
            ("stops_at", models.PositiveSmallIntegerField(default=10)),
            ("failures_answered", models.PositiveIntegerField(default=0)),
            ("opened_at", models.DateTimeField(null=True)),
            ("passed_at", models.DateTimeField(null=True)),
        ],
        options={
            "ordering": ["rollout", "number"],
            "constraints": [
                models.UniqueConstraint(fields=("rollout", "number"), name="one_wave_a_number"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("opens_next_at__range", (0, 100)), ("stops_at__range", (0, 100))
                    ),
                    name="wave_thresholds_are_shares",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Enrolment",
        fields=[
            identity(),
            customer(),
            ("rollout", refers("upgrades.rollout")),
            ("wave", refers("upgrades.wave", null=True)),
            ("site", owned("appliances.site", "enrolments")),
            ("job", owned("upgrades.upgradejob", "enrolments", null=True)),
            ("contact", owned("portal.contact", null=True)),
            (
                "state",
                moved(
                    "WAITING",
                    [
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
                ),
            ),
            ("place", models.PositiveIntegerField(default=0)),
            ("planned_on", models.DateField(null=True)),
            ("last_possible_on", models.DateField(null=True)),
            ("rung", words(20)),
            ("rung_at", models.DateTimeField(null=True)),
            ("alerted_at", models.DateTimeField(null=True)),
            ("answer_by", models.DateTimeField(null=True)),
            ("answered_at", models.DateTimeField(null=True)),
            ("code", words(40)),
            ("reason", words(400)),
            ("said", models.JSONField(null=True)),
            ("enrolled_at", models.DateTimeField()),
            ("look_at", models.DateTimeField(null=True)),
            ("held_at", models.DateTimeField(null=True)),
            ("told_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["rollout", "state"], name="enrolments_by_state"),
                models.Index(
                    condition=models.Q(("state", "ALERTED")),
                    fields=["answer_by"],
                    name="enrolments_silent",
                ),
                models.Index(
                    condition=models.Q(("state", "ALERTED")),
                    fields=["rung_at"],
                    name="enrolments_rungs",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("rollout", "site"), name="one_enrolment_a_site")
            ],
        },
        bases=GUARDED,
    ),
]
WALLS = [
    Platform("Rollout", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Platform("Wave", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Secure("Enrolment", app="SELECT, INSERT, UPDATE"),
    migrations.RunSQL(*DUE),
]
