import django.db.models.deletion
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform, Secure, SecureKey


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0003_regions_and_tags"),
        ("portal", "0003_contacts_and_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("job_id", models.UUIDField()),
                ("window", models.IntegerField()),
                ("key", models.CharField(max_length=120)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("expected", models.BooleanField(default=False)),
                ("tolerance", models.IntegerField(null=True)),
                ("beyond", models.BooleanField(default=False)),
                ("found_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, default="", max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="Drift",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "fact",
                    models.CharField(
                        choices=[
                            ("PRODUCT", "Product version"),
                            ("BUILD", "Build of the product"),
                            ("FAILOVER_ROLE", "Failover role"),
                            ("CLUSTER_ROLE", "Cluster role"),
                            ("ACCEPTING", "Accepts new connections"),
                            ("CONFIGURATION", "Configuration changed while it was frozen"),
                        ],
                        max_length=20,
                    ),
                ),
                ("expected", models.CharField(max_length=200)),
                ("found", models.CharField(max_length=200)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[("ACCEPTED", "accepted"), ("GONE", "as recorded again")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, default="", max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="InstallationThreshold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("value", models.IntegerField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("value", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("job_id", models.UUIDField(null=True)),
                ("check_name", models.CharField(max_length=30)),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(verbose_name="counts until")),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="appliance",
            name="read_begun_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appliance",
            name="read_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="readinesscheck",
            name="window",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="site",
            name="test_of",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="test_sites",
                to="appliances.site",
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="moment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "on request"),
                    ("BEFORE", "before the window"),
                    ("AFTER", "after the window"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="window",
            field=models.IntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="readinesscheck",
            name="name",
            field=models.CharField(
                choices=[
                    ("REACHABILITY", "It can be reached"),
                    ("HEALTH", "It reports good health"),
                    ("IDENTITY", "It is the appliance we expect"),
                    ("BASE_HOLD", "No base problem is open"),
                    ("DRIFT", "Nothing was changed behind the portal’s back"),
                    ("CLOCK", "Its clock is right"),
                    ("VERSION_KNOWN", "It runs the recorded product"),
                    ("BASE_VERSION", "The base version was read lately"),
                    ("RETIRED_VERSION", "Its release is still looked after"),
                    ("ACCOUNT", "Our account may do what is needed"),
                    ("BACKUP", "A fresh backup exists"),
                    ("BACKUP_SANE", "The backup is about as large as the last one"),
                    ("CERTIFICATE_SAVED", "The certificates were exported lately"),
                    ("CERTIFICATE_ENDS", "The certificate does not end soon"),
                    ("PAIR_ROLES", "One is primary, one is backup"),
                    ("PAIR_VERSIONS", "Both run the same version and build"),
                    ("SYNC_FRESH", "The data was synchronised lately"),
                    ("INTERIM", "The time without failover is not too long"),
                    ("CLUSTER_FLAGS", "The nodes accept connections as expected"),
                    ("CLUSTER_VERSIONS", "All nodes run the same version"),
                    ("DRAINED", "Nobody is connected to the nodes out of service"),
                    ("JUMP_CLIENTS", "The Jump Clients have followed the last release"),
                    ("JUMPOINTS", "The Jumpoints are connected"),
                    ("REPS", "No representative is signed in"),
                    ("PATH", "The path is complete"),
                    ("WINDOW_FITS", "The worst case fits into its window"),
                    ("TESTED", "The release is confirmed on the test site"),
                    ("DIFFERENCE", "What the last window changed is acknowledged"),
                    ("CONTRACT", "Maintenance covers the date"),
                    ("LICENCE", "The licence does not end before"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["job_id", "window"], name="snapshots_of_window"),
        ),
        migrations.AddField(
            model_name="difference",
            name="acknowledged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="difference",
            name="appliance",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="differences",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="difference",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="appliance",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drifts",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="site",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drifts",
                to="appliances.site",
            ),
        ),
        migrations.AddField(
            model_name="installationthreshold",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="threshold",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="appliance",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waivers",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="given_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="site",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waivers",
                to="appliances.site",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="readinesscheck",
            name="waiver",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appliances.waiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.UniqueConstraint(
                fields=("job_id", "window", "appliance", "key"), name="one_difference_a_value"
            ),
        ),
        migrations.AddIndex(
            model_name="drift",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["site"], name="drifts_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="drift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("appliance", "fact"),
                name="one_open_drift_a_fact",
            ),
        ),
        migrations.AddIndex(
            model_name="installationthreshold",
            index=models.Index(fields=["key", "-set_at"], name="thresholds_newest"),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=models.UniqueConstraint(fields=("customer", "key"), name="one_value_a_key"),
        ),
        migrations.AddIndex(
            model_name="waiver",
            index=models.Index(fields=["site", "expires_at"], name="waivers_of_site"),
        ),
        Secure("Waiver", app="SELECT, INSERT, UPDATE"),
        Secure("Drift", app="SELECT, INSERT, UPDATE"),
        Secure("Difference", app="SELECT, INSERT, UPDATE"),
        Secure("Threshold"),
        SecureKey("ReadinessCheck", "waiver"),
        SecureKey("Site", "test_of"),
        Platform("InstallationThreshold", app="SELECT, INSERT", staff="SELECT"),
    ]
