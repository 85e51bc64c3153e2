"""Roles, grants and extensions: what must stand before the first migration."""

import re
from typing import Any

import psycopg
from psycopg import sql

from portal.rowsecurity import APP, DOOR, OWNER, STAFF

EXTENSIONS = ("btree_gist",)
PLAIN = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"


def prepare(admin_url: str, name: str, passwords: dict[str, str]) -> list[str]:
    """Make roles, database, extensions and grants as a superuser; says what it did. Repeatable.

    `passwords` may name any of the three login roles; without one a role signs in as the server's
    own rules allow (a socket within a private folder).
    """
    said: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as server:
        for role in (OWNER, APP, STAFF, DOOR):
            said += _role(server, role, passwords.get(role, ""))
        server.execute(f"GRANT {DOOR} TO {OWNER}")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
            said.append(f"database {name} made")
    with psycopg.connect(_with_name(admin_url, name), autocommit=True) as database:
        for extension in EXTENSIONS:
            database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        database.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        database.execute(f"GRANT USAGE ON SCHEMA public TO {APP}, {STAFF}, {DOOR}")
        # A function can only be given to a role that may create in the schema.
        database.execute(f"GRANT CREATE ON SCHEMA public TO {DOOR}")
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT EXECUTE ON FUNCTIONS TO {APP}, {OWNER}"
        )
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SEQUENCES TO {APP}"
        )
    return said


def _role(server: Any, role: str, password: str) -> list[str]:
    login = "NOLOGIN" if role == DOOR else "LOGIN"
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    server.execute(f"{verb} ROLE {role} {login} {PLAIN} NOCREATEDB")
    if password:
        server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))
    return [] if known else [f"role {role} made"]


def _with_name(url: str, name: str) -> str:
    """The same server, another database."""
    return re.sub(r"^(postgres(?:ql)?://[^/]*)/[^?]*", rf"\1/{name}", url)
