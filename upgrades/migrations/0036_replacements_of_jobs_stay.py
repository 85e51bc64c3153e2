"""New hardware that a job brings into its place is not withdrawn before that job is over."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0035_jobs_keep_sentences"),
        ("appliances", "0014_backups_are_not_kept_for_ever"),
    ]

    operations = [migrations.RunSQL(STAYS, GONE)]
