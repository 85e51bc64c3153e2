"""What is asked before a customer is known: whose a name or a person is, and who there is."""

from django.db import migrations

from portal.rowsecurity import APP, STAFF, door

CUSTOMERS_OF_PERSON = door(
    "door_customers_of_person(person uuid) RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT customer_id FROM portal_membership WHERE user_id = person $$;",
    reads=("SELECT (customer_id, user_id) ON portal_membership",),
)
# Customers' own rows are not hidden from doors by policy, since every other policy asks them.
CUSTOMER_OF_SLUG = door(
    "door_customer_of_slug(asked text) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE slug = asked AND NOT rehearses $$;",
    reads=("SELECT (id, slug) ON portal_customer",),
)
EVERY_CUSTOMER = door(
    "door_every_customer() RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE NOT rehearses ORDER BY id $$;",
)
GRANTS = f"""
GRANT SELECT ON django_migrations TO {APP};
GRANT SELECT ON django_content_type TO {APP}, {STAFF};
"""

DOORS = [
    migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    migrations.RunSQL(*CUSTOMER_OF_SLUG),
    migrations.RunSQL(*CUSTOMERS_OF_PERSON),
    migrations.RunSQL(*EVERY_CUSTOMER),
]
