"""People and customers: who may what, and how they sign in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import migrations, models

from portal.migrations.first.making import customer, identity, person, words
from portal.rowsecurity import Platform, Secure

TABLES = [
    migrations.CreateModel(
        name="User",
        fields=[
            ("password", models.CharField(verbose_name="password", max_length=128)),
            ("last_login", models.DateTimeField(verbose_name="last login", blank=True, null=True)),
            identity(),
            ("email", models.EmailField(verbose_name="e-mail", max_length=254, unique=True)),
            ("name", models.CharField(verbose_name="name", max_length=120)),
            ("language", models.CharField(verbose_name="language", max_length=5, default="en")),
            ("zone", models.CharField(verbose_name="time zone", max_length=60, default="UTC")),
            ("theme", words(5)),
            (
                "staff_role",
                models.CharField(
                    max_length=20,
                    blank=True,
                    default="",
                    choices=[
                        ("", "not staff"),
                        ("AGENT", "Support agent"),
                        ("ROLLOUT_MANAGER", "Rollout manager"),
                        ("ADMINISTRATOR", "Administrator"),
                    ],
                ),
            ),
            ("is_active", models.BooleanField(default=True)),
        ],
    ),
    migrations.CreateModel(
        name="Customer",
        fields=[
            identity(),
            ("name", models.CharField(verbose_name="name", max_length=120)),
            (
                "slug",
                models.CharField(
                    max_length=60,
                    unique=True,
                    validators=[RegexValidator("^[a-z0-9][a-z0-9-]*$")],
                ),
            ),
            ("language", models.CharField(verbose_name="language", max_length=5, default="en")),
            ("zone", models.CharField(verbose_name="time zone", max_length=60, default="UTC")),
            ("preapproves_base_only", models.BooleanField(default=False)),
            ("tags", ArrayField(models.CharField(max_length=40), blank=True, default=list)),
            ("account_manager", person(blank=True, null=True)),
            (
                "silent_rule",
                models.CharField(
                    verbose_name="when nobody answers",
                    max_length=10,
                    default="LAPSE",
                    choices=[("BOOK", "book the offered window"), ("LAPSE", "let the offer lapse")],
                ),
            ),
            ("links_need_sign_in", models.BooleanField(default=False)),
            ("demo", models.BooleanField(default=False)),
            ("rehearses", models.BooleanField(default=False, editable=False)),
            (
                "sandbox_shapes",
                ArrayField(models.CharField(max_length=30), null=True, editable=False),
            ),
            ("sandbox_built_at", models.DateTimeField(null=True, editable=False)),
            ("opened_at", models.DateTimeField()),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("rehearses", True)),
                    fields=["id"],
                    name="customers_that_rehearse",
                ),
                models.Index(
                    condition=models.Q(("sandbox_shapes__isnull", False)),
                    fields=["id"],
                    name="sandboxes",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Membership",
        fields=[
            identity(),
            customer(),
            ("user", person()),
            (
                "role",
                models.CharField(
                    verbose_name="role",
                    max_length=20,
                    choices=[
                        ("VIEWER", "Viewer"),
                        ("OPERATOR", "Operator"),
                        ("APPROVER", "Approver"),
                        ("ADMINISTRATOR", "Customer administrator"),
                    ],
                ),
            ),
            ("site_ids", ArrayField(models.UUIDField(), blank=True, null=True)),
            ("gets_mail", models.BooleanField(default=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("customer", "user"), name="one_membership_a_person")
            ],
        },
    ),
    migrations.CreateModel(
        name="Contract",
        fields=[
            identity(),
            customer(),
            ("number", models.CharField(verbose_name="number", max_length=60)),
            ("plan", words(40, verbose_name="plan")),
            ("starts_on", models.DateField(verbose_name="from")),
            ("ends_on", models.DateField(verbose_name="to")),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                    name="contract_has_days",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SignInTry",
        fields=[
            ("key", models.CharField(primary_key=True, max_length=120, serialize=False)),
            ("failures", models.IntegerField(default=0)),
            ("since", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="OneTimeLink",
        fields=[
            identity(),
            ("digest", models.BinaryField(unique=True)),
            ("purpose", models.CharField(max_length=40)),
            ("user", person(null=True)),
            ("expires_at", models.DateTimeField()),
            ("used_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Session",
        fields=[
            (
                "session_key",
                models.CharField(
                    verbose_name="session key", primary_key=True, max_length=40, serialize=False
                ),
            ),
            ("session_data", models.TextField(verbose_name="session data")),
            ("expire_date", models.DateTimeField(verbose_name="expire date", db_index=True)),
            ("user", person(null=True)),
            ("began_at", models.DateTimeField(null=True)),
            ("seen_at", models.DateTimeField(null=True)),
            ("browser", words(60)),
            ("address", words(60)),
        ],
        options={
            "verbose_name": "session",
            "verbose_name_plural": "sessions",
        },
    ),
    migrations.CreateModel(
        name="SecondStep",
        fields=[
            identity(),
            (
                "user",
                models.OneToOneField(
                    on_delete=models.PROTECT,
                    related_name="second_step",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("secret", models.BinaryField()),
            ("secret_key_id", models.CharField(max_length=40)),
            ("made_at", models.DateTimeField()),
            ("confirmed_at", models.DateTimeField(null=True)),
            ("last_used", models.BigIntegerField(default=0)),
        ],
    ),
    migrations.CreateModel(
        name="RecoveryCode",
        fields=[
            identity(),
            ("user", person(related_name="recovery_codes")),
            ("digest", models.BinaryField(unique=True)),
            ("used_at", models.DateTimeField(null=True)),
        ],
    ),
]
WALLS = [
    Platform("User", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Secure("Customer", column="id", app="SELECT, INSERT, UPDATE"),
    Secure("Membership"),
    Secure("Contract"),
    Platform("SignInTry", app="SELECT, INSERT, UPDATE, DELETE"),
    Platform("OneTimeLink", app="SELECT, INSERT, UPDATE"),
    Platform("Session", app="SELECT, INSERT, UPDATE, DELETE"),
    Platform("SecondStep", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Platform("RecoveryCode", app="SELECT, INSERT, UPDATE, DELETE"),
]
