"""Signing in with a company's account: providers, their domains, ties, and what is on its way."""

import django.db.models.deletion
import django_fsm
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform, Secure, door

# The customers that a person belongs to; sandboxes are nobody's company: what is in them is
# invented, and whoever made one has not changed the company.
HOMES = door(
    "door_homes_of_person(person uuid) RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT m.customer_id FROM portal_membership m JOIN portal_customer c"
    " ON c.id = m.customer_id WHERE m.user_id = person AND c.sandbox_shapes IS NULL $$;",
    reads=("SELECT (sandbox_shapes) ON portal_customer",),
)
# Whose people may sign in with an address of this domain; without one: anybody's at all.
OF_DOMAIN = door(
    "door_company_of_domain(asked text) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT d.customer_id FROM portal_companydomain d JOIN portal_companyprovider p"
    " ON p.id = d.provider_id WHERE (d.domain = asked OR asked IS NULL)"
    " AND d.confirmed_at IS NOT NULL AND p.state = 'ENABLED' LIMIT 1 $$;",
    reads=(
        "SELECT (customer_id, provider_id, domain, confirmed_at) ON portal_companydomain",
        "SELECT (id, customer_id, issuer, state) ON portal_companyprovider",
    ),
)
# The one customer that this tie lets this person into now; none: it holds no more.
HOLDS = door(
    "door_company_tie_holds(tie uuid, person uuid) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT t.customer_id FROM portal_companytie t JOIN portal_companyprovider p"
    " ON p.id = t.provider_id WHERE t.id = tie AND t.user_id = person"
    " AND p.state = 'ENABLED' AND p.issuer = t.issuer"
    " AND ARRAY(SELECT m.customer_id FROM portal_membership m JOIN portal_customer c"
    " ON c.id = m.customer_id WHERE m.user_id = person AND c.sandbox_shapes IS NULL)"
    " = ARRAY[t.customer_id] $$;",
    reads=("SELECT (id, customer_id, provider_id, user_id, issuer) ON portal_companytie",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0019_lists_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyTicket",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner_id", models.UUIDField(null=True)),
                ("state", models.CharField(max_length=64)),
                ("nonce", models.CharField(max_length=64)),
                ("verifier", models.CharField(max_length=64)),
                ("issuer", models.CharField(max_length=300)),
                ("client_id", models.CharField(max_length=300)),
                ("metadata", models.JSONField()),
                ("after", models.CharField(max_length=2000)),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="tie_id",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="CompanyProvider",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer", models.CharField(max_length=300, verbose_name="issuer")),
                ("client_id", models.CharField(max_length=300, verbose_name="client id")),
                ("secret", models.BinaryField()),
                ("secret_key_id", models.CharField(max_length=40)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("DISABLED", "Disabled"), ("ENABLED", "Enabled")],
                        default="DISABLED",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="CompanyDomain",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("domain", models.CharField(max_length=253)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "provider",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="domains",
                        to="portal.companyprovider",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CompanyTie",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "provider",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="portal.companyprovider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaffTie",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="companyprovider",
            constraint=models.UniqueConstraint(fields=("customer",), name="one_company_provider"),
        ),
        migrations.AddConstraint(
            model_name="companyprovider",
            constraint=models.CheckConstraint(
                condition=models.Q(("required", False), ("state", "ENABLED"), _connector="OR"),
                name="required_while_enabled",
            ),
        ),
        migrations.AddConstraint(
            model_name="companydomain",
            constraint=models.UniqueConstraint(
                fields=("customer", "domain"), name="one_company_domain"
            ),
        ),
        migrations.AddConstraint(
            model_name="companydomain",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False)),
                fields=("domain",),
                name="confirmed_domain_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="companytie",
            constraint=models.UniqueConstraint(
                fields=("customer", "issuer", "subject"), name="one_tie_an_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="companytie",
            constraint=models.UniqueConstraint(
                fields=("customer", "user"), name="one_tie_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="stafftie",
            constraint=models.UniqueConstraint(
                fields=("issuer", "subject"), name="one_staff_tie_an_account"
            ),
        ),
        Secure("CompanyProvider"),
        Secure("CompanyDomain"),
        Secure("CompanyTie"),
        Platform("StaffTie", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
        Platform("CompanyTicket", app="SELECT, INSERT, DELETE"),
        migrations.RunSQL(*HOMES),
        migrations.RunSQL(*OF_DOMAIN),
        migrations.RunSQL(*HOLDS),
    ]
