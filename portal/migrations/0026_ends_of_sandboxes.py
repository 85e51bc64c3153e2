"""A sandbox ends: its appliances are taken out of the simulator first, and its clock, which nobody
reads any more, is the installation's again."""

from django.db import migrations, models

STAGES = [
    ("PARK", "simulated appliances"), ("ROWS", "rows and files"), ("LETTERS", "the last mails"),
    ("PEOPLE", "people"), ("TRAIL", "names in the trail"),
]  # fmt: skip
FORWARD = """
CREATE OR REPLACE FUNCTION portal_clock_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.clock_ahead < OLD.clock_ahead
        AND NOT (NEW.closed_at IS NOT NULL AND NEW.clock_ahead = '0') THEN
        RAISE EXCEPTION 'a clock is never put back' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION portal_clock_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.clock_ahead < OLD.clock_ahead THEN
        RAISE EXCEPTION 'a clock is never put back' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0025_data_exports")]

    operations = [
        migrations.AlterField(
            "erasure",
            "stage",
            models.CharField(blank=True, choices=STAGES, default="", max_length=10),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
