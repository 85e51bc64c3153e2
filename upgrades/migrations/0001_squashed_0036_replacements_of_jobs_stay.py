"""Tables, walls, guards and doors of the upgrades.

The first migrations in one: what each of them made is in `first/`, by theme. A database that has
all of them is taken as it is; one that has only some is refused by `manage.py migrate`.
"""

from django.conf import settings
from django.db import migrations

from portal.migrations.first.making import Together
from upgrades.migrations.first import (
    answers,
    bookings,
    claims,
    clients,
    due,
    freezes,
    jobs,
    paths,
    rehearsals,
    rollouts,
    seats,
    settlements,
    steps,
    teams,
)

THEMES = (
    jobs,
    bookings,
    steps,
    rehearsals,
    paths,
    freezes,
    settlements,
    rollouts,
    answers,
    clients,
    teams,
)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("upgrades", "0001_initial"),
        ("upgrades", "0002_walls"),
        ("upgrades", "0003_rollouts_and_freezes"),
        ("upgrades", "0004_looks"),
        ("upgrades", "0005_replacements_and_repairs"),
        ("upgrades", "0006_chosen_halves"),
        ("upgrades", "0007_interims"),
        ("upgrades", "0008_rehearsals"),
        ("upgrades", "0009_claim_in_order"),
        ("upgrades", "0010_paths_follow_their_entries"),
        ("upgrades", "0011_looks_and_places"),
        ("upgrades", "0012_jump_clients"),
        ("upgrades", "0013_freezes_float"),
        ("upgrades", "0014_what_was_left"),
        ("upgrades", "0015_teams_and_seats"),
        ("upgrades", "0016_calendars_say_what_is_wrong"),
        ("upgrades", "0017_rollouts_are_drawn"),
        ("upgrades", "0018_decision_links_and_calls"),
        ("upgrades", "0019_failures_are_answered"),
        ("upgrades", "0020_unanswered_proposals"),
        ("upgrades", "0021_rehearsals_of_every_plan"),
        ("upgrades", "0022_lists_in_order"),
        ("upgrades", "0023_settlements"),
        ("upgrades", "0024_recurring_backups"),
        ("upgrades", "0025_bases_are_read_ahead"),
        ("upgrades", "0026_client_exports"),
        ("upgrades", "0027_calendars_that_are_lost"),
        ("upgrades", "0028_letters_of_a_stopped_line"),
        ("upgrades", "0029_enrolments_keep_sentences"),
        ("upgrades", "0030_ways_are_looked_up"),
        ("upgrades", "0031_progress_of_steps"),
        ("upgrades", "0032_long_preparations"),
        ("upgrades", "0033_settlements_end"),
        ("upgrades", "0034_told_offsets"),
        ("upgrades", "0035_jobs_keep_sentences"),
        ("upgrades", "0036_replacements_of_jobs_stay"),
    ]
    dependencies = [
        ("appliances", "0001_squashed_0014_backups_are_not_kept_for_ever"),
        ("portal", "0001_squashed_0014_sandboxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together([table for theme in THEMES for table in theme.TABLES]),
        *(wall for theme in THEMES for wall in theme.WALLS),
        *seats.DOORS,
        *claims.DOORS,
        *due.DOORS,
    ]
