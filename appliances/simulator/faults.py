"""Faults by request: standing ones, and ones that happen a number of times.

In a document: {"slow": {"value": 2.0, "times": 1, "path": "/api/"}}. `value` is what the fault
needs (seconds, a text, a GUID) or true; `times` null is for good; `path` limits it to addresses
that begin so.
"""

NAMES = frozenset(
    {
        "slow",  # seconds before the answer
        "truncated",  # the answer of an API ends in the middle
        "html_login",  # an API answers 200 with the login page
        "error_root",  # XML command API: <error> as the root
        "error_child",  # XML command API: the expected root with <error> inside
        "unauthorized",  # 401 for every token
        "token_refused",  # 401 invalid_client for every token request
        "rate_limited",  # 429
        "reset",  # the connection is reset instead of an answer
        "offline",  # the connection is closed without a byte
        "clock_skew",  # seconds added to the appliance's own clock
        "stale_sync",  # hours by which the last sync lies further back
        "wrong_guid",  # this GUID (or a made-up one) answers behind the public name
        "health_bad",  # the sentence the health check gives
        "base_install_fails",  # the appliance stays down after it
        "product_install_noop",  # away as usual, the old version afterwards
        "never_drains",  # customer clients (a number) that stay connected on a closed node
        "sync_fails",  # the sentence with which the next data syncs end (or a made-up one)
        "keys_differ",  # the pre-shared key counts as another one
        "peer_unreachable",  # its peer does not reach it, though others do
        "dns_propagation",  # real seconds until a name pointed to it leads there
        "answer_lost",  # what was asked is done, the answer never arrives
        "xml_api_off",
        "permission_missing",  # the name of the permission
        "account_disabled",
    }
)


def parse(body: dict) -> dict:
    """Raises ValueError for a fault nobody knows. Null and false leave a fault out."""
    found = {}
    for name, given in body.items():
        if name not in NAMES:
            raise ValueError(f"no such fault: {name}")
        if given is None or given is False:
            continue
        if not isinstance(given, dict):
            given = {"value": given}
        value = next((given[key] for key in ("value", "seconds", "text") if key in given), True)
        found[name] = {
            "value": value,
            "times": None if given.get("times") is None else int(given["times"]),
            "path": str(given.get("path", "")),
        }
    return found


def peek(appliance: dict, name: str, path: str = "") -> object | None:
    """The fault's value when it is on, else None; uses up none of its times."""
    fault = appliance["faults"].get(name)
    if fault is None or not path.startswith(fault["path"]):
        return None
    return fault["value"]


def take(appliance: dict, name: str, path: str = "") -> object | None:
    """The same, and counts: a fault with `times` vanishes after the last one."""
    value = peek(appliance, name, path)
    if value is None:
        return None
    fault = appliance["faults"][name]
    if fault["times"] is not None:
        fault["times"] -= 1
        if fault["times"] <= 0:
            del appliance["faults"][name]
    return value
