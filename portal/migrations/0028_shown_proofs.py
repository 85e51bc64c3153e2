"""Proofs shown elsewhere than by a password; domains that wait, and what suffices of them."""

import uuid
from django.db import migrations, models

from portal.rowsecurity import Platform


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0027_trails_in_pieces"),
    ]

    operations = [
        migrations.AddField(
            model_name="companydomain",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="companydomain",
            name="asked_by_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="companyprovider",
            name="domain_suffices",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="companyticket",
            name="person_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="companyticket",
            name="purpose",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="companyticket",
            name="tie_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="ownletter",
            name="name",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="passkeychallenge",
            name="purpose",
            field=models.CharField(max_length=120),
        ),
        migrations.CreateModel(
            name="ShownProof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("session", models.CharField(max_length=32)),
                ("purpose", models.CharField(max_length=100)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "session", "purpose"), name="one_proof_a_purpose"
                    )
                ],
            },
        ),
        Platform("ShownProof", app="SELECT, INSERT, DELETE"),
    ]
