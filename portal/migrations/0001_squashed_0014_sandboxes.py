"""Tables, walls, trails and doors of the portal.

The first migrations in one: what each of them made is in `first/`, by theme. A database that has
all of them is taken as it is; one that has only some is refused by `manage.py migrate`.
"""

from django.db import migrations

from portal.migrations.first.making import Together
from portal.migrations.first import doors, letters, people, programs, trail, twins, webhooks

THEMES = (people, programs, trail, letters, webhooks)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("portal", "0001_initial"),
        ("portal", "0002_walls"),
        ("portal", "0003_contacts_and_promises"),
        ("portal", "0004_rehearsing"),
        ("portal", "0005_platform_audit"),
        ("portal", "0006_kept_answers"),
        ("portal", "0007_sessions"),
        ("portal", "0008_contacts_links_and_calendars"),
        ("portal", "0009_calendar_feeds_and_dead_letters"),
        ("portal", "0010_webhooks"),
        ("portal", "0011_keys_of_networks"),
        ("portal", "0012_notices_before_windows"),
        ("portal", "0013_second_step"),
        ("portal", "0014_sandboxes"),
    ]
    dependencies = [
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        Together([table for theme in THEMES for table in theme.TABLES]),
        *twins.APART_FIRST,
        *(wall for theme in THEMES for wall in theme.WALLS),
        *doors.DOORS,
        *twins.FOR_LIFE,
    ]
