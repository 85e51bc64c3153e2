"""What is due by a sandbox's own clock is found while that clock runs, and by no other."""

from django.db import migrations

from portal.rowsecurity import own_clock

# The tables in which doors look for what is due.
TIMED = (
    "appliances_appliance", "upgrades_booking", "upgrades_enrolment", "upgrades_freezecalendar",
    "upgrades_interim", "upgrades_jobstep", "upgrades_look",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0018_own_clocks"),
        ("appliances", "0001_squashed_0014_backups_are_not_kept_for_ever"),
        ("upgrades", "0039_rollout_reports"),
    ]

    operations = [migrations.RunSQL(*own_clock(table)) for table in TIMED]
