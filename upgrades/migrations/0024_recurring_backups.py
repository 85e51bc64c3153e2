"""Backups that are due by themselves (G-PREP-16): claimed by a door, beside no job and no hold."""

from django.db import migrations

from portal.rowsecurity import door

CLAIM = door(
    "door_claim_backup(at timestamptz, lease interval) RETURNS TABLE (owner_id uuid, appliance uuid)",
    """LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE appliances_appliance a SET backup_due_at = at + lease WHERE a.id = (
        SELECT x.id FROM appliances_appliance x
        JOIN appliances_site t ON t.id = x.site_id AND t.customer_id = x.customer_id
        WHERE (x.backup_due_at IS NULL OR x.backup_due_at <= at)
          AND x.place = 'IN_PLACE' AND x.cluster_role <> 'TRAFFIC' AND x.dialect <> 'NO_API'
          AND x.secret_key_id <> '' AND x.last_seen_at IS NOT NULL
          AND t.closed_at IS NULL AND t.backup_days > 0
          AND NOT EXISTS (
            SELECT FROM upgrades_upgradejob j
            WHERE j.site_id = t.id AND j.customer_id = t.customer_id
              AND j.state IN ('RUNNING', 'PAUSED', 'HALTED'))
          AND NOT EXISTS (
            SELECT FROM appliances_basehold h
            WHERE h.appliance_id = x.id AND h.customer_id = x.customer_id
              AND h.released_at IS NULL)
        ORDER BY x.backup_due_at NULLS FIRST, x.id LIMIT 1 FOR UPDATE OF x SKIP LOCKED)
    RETURNING a.customer_id, a.id $$;""",
    reads=(
        "SELECT (id, customer_id, site_id, place, cluster_role, dialect, secret_key_id,"
        " last_seen_at, backup_due_at) ON appliances_appliance",
        "UPDATE (backup_due_at) ON appliances_appliance",
        "SELECT (id, customer_id, closed_at, backup_days) ON appliances_site",
        "SELECT (customer_id, site_id, state) ON upgrades_upgradejob",
        "SELECT (customer_id, appliance_id, released_at) ON appliances_basehold",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0023_settlements"),
        ("appliances", "0011_recurring_backups"),
    ]

    operations = [migrations.RunSQL(*CLAIM)]
