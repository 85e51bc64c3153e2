"""Jump Clients: who must follow a new release, and when they do (guide G-CLIENT-4 to 7).

Everything is a function of the simulator's clock: a passive client checks in once a day at an hour
of its own, so that nothing has to run in the background.
"""

from appliances.simulator import seeds
from appliances.simulator.clock import rfc3339

DAY = 86400


def build(spec: int | dict | list, hostname: str, now: float) -> list[dict]:
    """From a count, or {count, passive, off, seed} with shares from 0 to 1, or rows as they are."""
    if isinstance(spec, list):
        return [_row({}, index, hostname, now) | row for index, row in enumerate(spec, start=1)]
    if isinstance(spec, int):
        spec = {"count": spec}
    seed = spec.get("seed", hostname)
    return [_row(spec, index, seed, now) for index in range(1, spec.get("count", 0) + 1)]


def _row(spec: dict, index: int, seed: object, now: float) -> dict:
    passive = seeds.share(seed, index, "passive") < spec.get("passive", 0.3)
    off = seeds.share(seed, index, "off") < spec.get("off", 0.0)
    name = f"POS-{index:04d}"
    return {
        "id": 4000 + index,
        "name": name,
        "hostname": name.lower(),
        "connection_type": "passive" if passive else "active",
        "jump_group_id": 1 + seeds.number(3, seed, index, "group"),
        "jump_group_type": "shared",
        "tag": ("stores", "offices", "plants")[seeds.number(3, seed, index, "tag")],
        "phase": seeds.number(DAY, seed, index, "phase"),
        "off_since": now - DAY * (1 + seeds.number(20, seed, index, "since")) if off else None,
        "off_until": None,  # an off host with this instant comes back then
        "connected_at": now - seeds.number(5 * DAY, seed, index, "connected"),
        "pending": False,
        "follows_at": None,
        "stranded": False,
    }


def is_off(row: dict, now: float) -> bool:
    if row["off_since"] is None or now < row["off_since"]:
        return False
    return row["off_until"] is None or now < row["off_until"]


def needs_update(row: dict, now: float) -> bool:
    return row["pending"] and (row["follows_at"] is None or now < row["follows_at"])


def is_online(row: dict, now: float) -> bool:
    return row["connection_type"] == "active" and not is_off(row, now)


def next_check_in(row: dict, after: float) -> float:
    return after + ((row["phase"] - after) % DAY or DAY)


def last_check_in(row: dict, until: float) -> float:
    return until - (until - row["phase"]) % DAY


def release_changed(rows: list[dict], at: float, throttle: int, batch: float) -> None:
    """Every client now needs the new release; sets when each of them will have it.

    One that could have followed the release before and had no time to is stranded: it never
    updates by itself again (G-CLIENT-6). `batch` is in seconds.
    """
    for row in rows:
        row["stranded"] = row["stranded"] or (needs_update(row, at) and not is_off(row, at))
        row["pending"], row["follows_at"] = True, None
    schedule(rows, at, throttle, batch)


def schedule(rows: list[dict], at: float, throttle: int, batch: float) -> None:
    """Sets anew when those that have not followed yet will do so."""
    turn = 0
    for row in rows:
        if row["stranded"] or not needs_update(row, at):
            continue
        start = at
        if is_off(row, at):
            if row["off_until"] is None:
                row["follows_at"] = None
                continue
            start = row["off_until"]
        if row["connection_type"] == "passive":
            row["follows_at"] = next_check_in(row, start)
        else:
            turn += 1
            row["follows_at"] = start + batch * (1 + (turn - 1) // max(1, throttle))


def last_connect(row: dict, now: float) -> float:
    seen = min(now, row["off_since"]) if is_off(row, now) else now
    if row["connection_type"] == "passive":
        return last_check_in(row, seen)
    if row["follows_at"] is not None and row["follows_at"] <= now:
        return row["follows_at"]
    return min(row["connected_at"], seen)


def as_json(row: dict, now: float, lost_after: float) -> dict:
    """A row of the configuration API. `lost_after` is in seconds."""
    connected = last_connect(row, now)
    online = is_online(row, now)
    disconnected = connected - 5 if online else connected + 8
    lost = is_off(row, now) and now - connected > lost_after
    number = row["id"]
    return {
        "id": number,
        "name": row["name"],
        "hostname": row["hostname"],
        "fqdn": f"{row['hostname']}.store.example",
        "jump_group_id": row["jump_group_id"],
        "jump_group_type": row["jump_group_type"],
        "tag": row["tag"],
        "comments": "",
        "connection_type": row["connection_type"],
        "install_mode": "service",
        "last_connect_timestamp": rfc3339(connected),
        "last_disconnect_timestamp": rfc3339(disconnected),
        "is_lost": lost,
        "needs_update": needs_update(row, now),
        "unavailable_reason": "none",
        "operating_system": "Windows 10 IoT (x64)",
        "public_ip": f"203.0.113.{1 + number % 250}",
        "private_ip": f"10.4.{number // 250 % 250}.{1 + number % 250}",
        "console_user": "",
        "max_offline_minutes": 0,
        "expiration_timestamp": None,
        "last_access_timestamp": rfc3339(connected),
    }


def status(row: dict, now: float) -> str:
    if needs_update(row, now):
        return "Upgrade pending"
    if is_off(row, now):
        return "Offline"
    return "Online" if row["connection_type"] == "active" else "Passive"
