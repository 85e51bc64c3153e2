import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Secure


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="plan",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="plan"),
        ),
        migrations.AddField(
            model_name="customer",
            name="account_manager",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="links_need_sign_in",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="customer",
            name="silent_rule",
            field=models.CharField(
                choices=[("BOOK", "book the offered window"), ("LAPSE", "let the offer lapse")],
                default="LAPSE",
                max_length=10,
                verbose_name="when nobody answers",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="telephone"
                    ),
                ),
                ("language", models.CharField(default="en", max_length=5, verbose_name="language")),
                ("zone", models.CharField(default="UTC", max_length=60, verbose_name="time zone")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(default=1, verbose_name="place in the order"),
                ),
                (
                    "site_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, null=True, size=None
                    ),
                ),
                ("bounced_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "rank"], name="contacts_in_order")],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("NOTICE", "notice before an upgrade"),
                            ("ANSWER", "time to answer a readiness alert"),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("agreed_on", models.DateField(verbose_name="agreed on")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "kind"), name="one_promise_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)), name="promise_has_days"
                    ),
                ],
            },
        ),
        Secure("Contact"),
        Secure("Promise"),
    ]
