"""Migration operations that raise PostgreSQL's wall: policies, keys over (customer, id), grants.

Roles (made by `manage.py prepare_database`): the owner migrates and sees every row by a policy of
its own; the app sees the current customer's; staff reads across customers; the door owns the few
SECURITY DEFINER functions, with column grants for just what they read or lease.
"""

from typing import Any

from django.db.migrations.operations.base import Operation

OWNER, APP, STAFF, DOOR = (
    "changeover_owner",
    "changeover_app",
    "changeover_staff",
    "changeover_door",
)
ACTING = "nullif(current_setting('app.customer', true), '')::uuid"


class _OnTable(Operation):
    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str) -> None:
        self.name = name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.name], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Policies and grants are no part of Django's state."""

    def _model(self, app_label: str, state: Any) -> Any:
        return state.apps.get_model(app_label, self.name)


class Secure(_OnTable):
    """Make a table customer data: composite keys, forced row security, policies, grants.

    `column` names the owner's column (the customers' own table has `id`); `app` is what the
    serving role may do (append-only tables leave out UPDATE and DELETE).
    """

    def __init__(
        self, name: str, *, column: str = "customer_id", app: str = "SELECT, INSERT, UPDATE, DELETE"
    ) -> None:
        super().__init__(name)
        self.column, self.app = column, app

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Secure", [self.name], {"column": self.column, "app": self.app}

    def describe(self) -> str:
        return f"Show rows of {self.name} to their customer only"

    def database_forwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        model = self._model(app_label, new)
        for statement in self.statements(model):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        table = self._model(app_label, old)._meta.db_table
        for name in ("customer", "owner", "staff"):
            schema_editor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def statements(self, model: Any) -> list[str]:
        table = model._meta.db_table
        mine = f"{self.column} = {ACTING}"
        return [
            *self._keys(model),
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY customer ON {table} TO {APP} USING ({mine}) WITH CHECK ({mine})",
            f"CREATE POLICY owner ON {table} TO {OWNER} USING (true) WITH CHECK (true)",
            f"CREATE POLICY staff ON {table} FOR SELECT TO {STAFF} USING (true)",
            f"REVOKE ALL ON {table} FROM {APP}, {STAFF}",
            f"GRANT {self.app} ON {table} TO {APP}",
            f"GRANT SELECT ON {table} TO {STAFF}",
            apart(table),
        ]

    def _keys(self, model: Any) -> list[str]:
        table = model._meta.db_table
        if self.column != "customer_id":
            return []
        keys = []
        if model._meta.pk.column == "id" and model._meta.managed:
            keys.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_owned UNIQUE (customer_id, id)"
            )
        return keys + [key for field in owned_keys(model) for key in composite(table, field)]


def apart(table: str) -> str:
    """Twins of rehearsals are shown to nobody over customers, and may be erased through a door."""
    return f"SELECT portal_keep_twins_apart('{table}')"


def own_clock(table: str) -> tuple[str, str]:
    """SQL for RunSQL: the doors of what is due show a sandbox that is ahead (portal/own_clock.py)
    while its clock runs, and nobody else then; at all other times they do not show it. The owner
    is a member of the door's role, so the policy asks who is acting."""
    running = "(SELECT nullif(current_setting('app.own_clock', true), '')::uuid)"
    ahead = "ARRAY(SELECT id FROM portal_customer WHERE clock_ahead > '0')"
    seen = (
        f"CASE WHEN {running} IS NULL THEN customer_id <> ALL ({ahead})"
        f" ELSE customer_id = {running} END"
    )
    policy = f"CREATE POLICY own_clock ON {table} AS RESTRICTIVE FOR SELECT TO {DOOR}"
    forward = f"{policy} USING ((SELECT current_user <> '{DOOR}') OR {seen})"
    return forward, f"DROP POLICY own_clock ON {table}"


class SecureKey(_OnTable):
    """The composite key of one reference that was added to a secured table later."""

    def __init__(self, name: str, field: str) -> None:
        super().__init__(name)
        self.field = field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "SecureKey", [self.name, self.field], {}

    def describe(self) -> str:
        return f"Tie {self.name}.{self.field} to its customer"

    def database_forwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        model = self._model(app_label, new)
        for statement in composite(model._meta.db_table, model._meta.get_field(self.field)):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        table = self._model(app_label, old)._meta.db_table
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{self.field}_owned")


def owned_keys(model: Any) -> list[Any]:
    """References of a model to owned rows: those whose plain constraint was left out."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.many_to_one and not field.db_constraint and field.name != "customer"
    ]


def composite(table: str, field: Any) -> list[str]:
    target = field.related_model._meta.db_table
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_owned"
        f" FOREIGN KEY (customer_id, {field.column}) REFERENCES {target} (customer_id, id)"
        " DEFERRABLE INITIALLY IMMEDIATE"
    ]


class Platform(_OnTable):
    """Grants on a table that belongs to nobody: the catalogue, people, sessions, the clock."""

    def __init__(self, name: str, *, app: str, staff: str = "") -> None:
        super().__init__(name)
        self.app, self.staff = app, staff

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Platform", [self.name], {"app": self.app, "staff": self.staff}

    def describe(self) -> str:
        return f"Grant what the services need on {self.name}"

    def database_forwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        table = self._model(app_label, new)._meta.db_table
        schema_editor.execute(f"REVOKE ALL ON {table} FROM {APP}, {STAFF}")
        schema_editor.execute(f"GRANT {self.app} ON {table} TO {APP}")
        if self.staff:
            schema_editor.execute(f"GRANT {self.staff} ON {table} TO {STAFF}")

    def database_backwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        """The table goes with its grants."""


def door(signature: str, body: str, *, reads: tuple[str, ...] = ()) -> tuple[str, str]:
    """SQL for RunSQL: a SECURITY DEFINER function owned by the door role, and its removal.

    `signature` is "name(args) RETURNS type"; `reads` are grants such as
    "SELECT (id, slug) ON portal_customer": each also gets a policy for the door.
    """
    name = signature.split(" RETURNS ")[0]
    plain = name.replace(" DEFAULT NULL", "")
    grants = "".join(f"GRANT {grant} TO {DOOR};\n" for grant in reads)
    policies = "".join(_door_policy(grant) for grant in reads)
    forward = (
        f"CREATE OR REPLACE FUNCTION {signature}\n{body}\n"
        f"ALTER FUNCTION {plain} OWNER TO {DOOR};\n"
        f"REVOKE ALL ON FUNCTION {plain} FROM PUBLIC;\n"
        f"GRANT EXECUTE ON FUNCTION {plain} TO {APP}, {OWNER};\n{grants}{policies}"
    )
    return forward, f"DROP FUNCTION {plain};"


def _door_policy(grant: str) -> str:
    """The door's own policy on a walled table, once a kind of access. Names are ours alone."""
    kind = grant.split()[0].upper()
    table = grant.rsplit(" ON ", 1)[1].strip()
    check = " WITH CHECK (true)" if kind == "UPDATE" else ""
    policy = f"CREATE POLICY door_{kind.lower()} ON {table} FOR {kind} TO {DOOR} USING (true)"
    walled = f"(SELECT relrowsecurity FROM pg_class WHERE oid = '{table}'::regclass)"  # noqa: S608
    there = f"EXISTS (SELECT FROM pg_policies WHERE tablename = '{table}'"
    there += f" AND policyname = 'door_{kind.lower()}')"
    return f"DO $$ BEGIN IF {walled} AND NOT {there} THEN {policy}{check}; END IF; END $$;\n"
