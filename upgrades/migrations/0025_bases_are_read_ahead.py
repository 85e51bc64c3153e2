"""Windows that come near whose base versions nobody has looked at yet: told once a booking."""

from django.db import migrations, models

from portal.rowsecurity import door

AHEAD = door(
    "door_customers_with_bases_to_read(at timestamptz, ahead interval) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE b.state = 'BOOKED' AND j.state IN ('SCHEDULED', 'RUNNING')
      AND lower(b.slot) > at AND lower(b.slot) <= at + ahead
      AND NOT EXISTS (
        SELECT FROM upgrades_look l
        WHERE l.customer_id = b.customer_id AND l.job_id = b.job_id AND l."window" = b."window"
          AND l.revision = b.revision AND l.kind = 'BASES') $$;""",
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0024_recurring_backups")]

    operations = [
        migrations.AlterField(
            model_name="look",
            name="kind",
            field=models.CharField(
                choices=[
                    ("DAY_BEFORE", "the day before"),
                    ("START", "at the start"),
                    ("END", "after the end"),
                    ("BASES", "are base versions read in time"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunSQL(*AHEAD),
    ]
