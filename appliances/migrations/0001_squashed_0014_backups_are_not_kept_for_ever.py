"""Tables and walls of the appliances.

The first migrations in one: what each of them made is in `first/`, by theme. A database that has
all of them is taken as it is; one that has only some is refused by `manage.py migrate`.
"""

from django.conf import settings
from django.db import migrations

from portal.migrations.first.making import Together
from appliances.migrations.first import catalogue, facts, photographs, readiness, returns, sites

THEMES = (sites, catalogue, facts, readiness, returns, photographs)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("appliances", "0001_initial"),
        ("appliances", "0002_walls"),
        ("appliances", "0003_regions_and_tags"),
        ("appliances", "0004_readiness_and_drift"),
        ("appliances", "0005_replacements_and_returns"),
        ("appliances", "0006_cluster_facts"),
        ("appliances", "0007_pairs"),
        ("appliances", "0008_client_facts"),
        ("appliances", "0009_key_check"),
        ("appliances", "0010_lists_in_order"),
        ("appliances", "0011_recurring_backups"),
        ("appliances", "0012_returns_are_photographed"),
        ("appliances", "0013_snapshots_in_order"),
        ("appliances", "0014_backups_are_not_kept_for_ever"),
    ]
    dependencies = [
        ("portal", "0001_squashed_0014_sandboxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together([table for theme in THEMES for table in theme.TABLES]),
        *(wall for theme in THEMES for wall in theme.WALLS),
    ]
