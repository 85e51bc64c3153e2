"""Rollouts are drawn by workers in steps, and a stopped line holds each enrolment by itself."""

from django.db import migrations, models

from portal.rowsecurity import door

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


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0016_calendars_say_what_is_wrong")]

    operations = [
        migrations.AddField("rollout", "coverage", models.JSONField(default=dict)),
        migrations.AddField("rollout", "draw_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("rollout", "drawn_at", models.DateTimeField(null=True)),
        migrations.AddField("rollout", "of_all", models.PositiveIntegerField(default=0)),
        migrations.AddField("rollout", "told_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "look_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "held_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "told_at", models.DateTimeField(null=True)),
        migrations.RunSQL(*DUE),
    ]
