"""The addresses of one database under its four roles.

`manage.py prepare_database` makes the roles; here they are only named.
"""

from urllib.parse import urlsplit, urlunsplit

DATABASE = "changeover"
ROLES = {
    "DATABASE_URL": "changeover_app",
    "DATABASE_OWNER_URL": "changeover_owner",
    "DATABASE_STAFF_URL": "changeover_staff",
}


def urls(admin_url: str) -> dict[str, str]:
    """Environment variables for all roles of the server that `admin_url` reaches as superuser.

    The password, if there is one, is kept: a server for tests gives all its roles the same.
    """
    parts = urlsplit(admin_url)
    credentials, _, place = parts.netloc.rpartition("@")
    _, colon, password = credentials.partition(":")
    found = {"DATABASE_ADMIN_URL": admin_url}
    for variable, role in ROLES.items():
        netloc = f"{role}{colon}{password}@{place}"
        found[variable] = urlunsplit((parts.scheme, netloc, f"/{DATABASE}", parts.query, ""))
    return found
