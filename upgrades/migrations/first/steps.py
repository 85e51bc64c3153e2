"""The steps of a job, and each outside effect written down before it is tried."""

from django.contrib.postgres.fields import ArrayField
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
from portal.rowsecurity import Secure

# G-PREP-12: while a base problem is open at a site, no attempt at it can even be written down.
REFUSAL = """
CREATE FUNCTION upgrades_no_attempt_under_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM appliances_basehold h
        JOIN appliances_appliance held ON held.id = h.appliance_id
        JOIN appliances_appliance mine ON mine.site_id = held.site_id
        WHERE h.released_at IS NULL AND mine.id = NEW.appliance_id
    ) THEN
        RAISE EXCEPTION 'a base problem is open at this site: nothing may change it'
            USING ERRCODE = '23514', CONSTRAINT = 'no_attempt_under_base_hold';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_attempt_under_base_hold BEFORE INSERT ON upgrades_attempt
    FOR EACH ROW EXECUTE FUNCTION upgrades_no_attempt_under_hold();
"""
STAYS = """
CREATE FUNCTION upgrades_replacement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM upgrades_upgradejob j
        WHERE j.customer_id = NEW.customer_id AND j.replacement_id = NEW.id
          AND j.state IN ('PROPOSED', 'SCHEDULED', 'MISSED', 'RUNNING', 'PAUSED', 'HALTED')
    ) THEN
        RAISE EXCEPTION 'replacement_of_a_job_stays: a job brings it into its place'
            USING ERRCODE = '23514', CONSTRAINT = 'replacement_of_a_job_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER replacement_of_a_job_stays BEFORE UPDATE OF place ON appliances_appliance
    FOR EACH ROW WHEN (OLD.place = 'WAITING' AND NEW.place = 'LEFT')
    EXECUTE FUNCTION upgrades_replacement_stays();
"""
GONE = """
DROP TRIGGER replacement_of_a_job_stays ON appliances_appliance;
DROP FUNCTION upgrades_replacement_stays();
"""

TABLES = [
    migrations.CreateModel(
        name="JobStep",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", "steps", db_index=False)),
            ("seq", models.IntegerField()),
            ("rank", models.IntegerField()),
            ("lane", models.CharField(max_length=80)),
            ("hop", models.IntegerField(default=0)),
            ("phase", models.CharField(max_length=120)),
            ("window", models.IntegerField(default=0)),
            ("lead", models.IntegerField(default=0)),
            ("text", models.CharField(max_length=200)),
            ("action", models.CharField(max_length=40)),
            ("guide", models.CharField(max_length=200)),
            ("role", models.CharField(max_length=40)),
            ("appliance", owned("appliances.appliance", null=True)),
            ("about_ids", ArrayField(models.UUIDField(), default=list)),
            ("package", refers("appliances.package", null=True, db_index=False)),
            ("doer", models.CharField(max_length=20)),
            ("effect", models.CharField(max_length=20)),
            ("halts", models.BooleanField(default=False)),
            ("expected_minutes", models.IntegerField(default=0)),
            ("worst_minutes", models.IntegerField(default=0)),
            (
                "state",
                moved(
                    "PLANNED",
                    [
                        ("PLANNED", "Planned"),
                        ("READY", "Ready"),
                        ("CLAIMED", "Claimed"),
                        ("WATCHING", "Watching"),
                        ("WAITING", "Waiting"),
                        ("ASKING", "Asking"),
                        ("VERIFYING", "Verifying"),
                        ("HELD", "Held"),
                        ("DONE", "Done"),
                        ("SKIPPED", "Skipped"),
                        ("CANCELLED", "Cancelled"),
                    ],
                ),
            ),
            ("next_at", models.DateTimeField(null=True)),
            ("deadline_at", models.DateTimeField(null=True)),
            ("lease_until", models.DateTimeField(null=True)),
            ("lease_owner", words(60)),
            ("token", models.BigIntegerField(default=0)),
            ("claims", models.SmallIntegerField(default=0)),
            ("reason", words(400)),
            ("baseline", models.JSONField(default=dict)),
            ("observed", models.JSONField(default=dict)),
            ("evidence", models.JSONField(default=dict)),
            ("holder", person(null=True, db_index=False)),
            ("holder_until", models.DateTimeField(null=True)),
            ("progressed", models.JSONField(null=True)),
            ("confirmed_by", person(null=True, db_index=False)),
            ("second_by", person(null=True, db_index=False)),
            ("began_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(
                        ("state__in", ["READY", "WATCHING", "WAITING", "VERIFYING", "ASKING"])
                    ),
                    fields=["next_at"],
                    name="steps_due",
                ),
                models.Index(
                    condition=models.Q(("lease_until__isnull", False)),
                    fields=["lease_until"],
                    name="steps_claimed",
                ),
                models.Index(fields=["job", "rank"], name="steps_of_job"),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("job", "seq"), name="one_step_a_place")
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="Attempt",
        fields=[
            identity(),
            customer(),
            ("step", owned("upgrades.jobstep", "attempts")),
            ("appliance", owned("appliances.appliance")),
            ("effect", models.CharField(max_length=20)),
            ("token", models.BigIntegerField()),
            ("intent_at", models.DateTimeField()),
            (
                "outcome",
                models.CharField(
                    max_length=10,
                    blank=True,
                    default="",
                    choices=[
                        ("NOT_SENT", "not sent"),
                        ("ACCEPTED", "accepted"),
                        ("DONE", "done"),
                        ("REFUSED", "refused"),
                        ("UNKNOWN", "not known"),
                    ],
                ),
            ),
            ("closed_at", models.DateTimeField(null=True)),
            ("detail", words(400)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("closed_at__isnull", True)),
                    fields=("appliance",),
                    name="one_open_attempt_an_appliance",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("effect", "one-way")),
                    fields=("step",),
                    name="one_attempt_ever_for_one_way",
                ),
            ],
        },
    ),
]
WALLS = [
    Secure("JobStep"),
    Secure("Attempt", app="SELECT, INSERT, UPDATE"),
    migrations.RunSQL(REFUSAL, "DROP FUNCTION upgrades_no_attempt_under_hold CASCADE"),
    migrations.RunSQL(STAYS, GONE),
]
