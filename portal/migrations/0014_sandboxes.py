"""Customers whose appliances are simulated, with keys of their own."""

import django.contrib.postgres.fields
from django.db import migrations, models

# For life: else a key of the one kind would open the data of the other.
FOR_LIFE = """
CREATE FUNCTION portal_sandbox_for_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sandbox_shapes IS DISTINCT FROM OLD.sandbox_shapes THEN
        RAISE EXCEPTION 'whether a customer is a sandbox never changes' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sandbox_for_life BEFORE UPDATE ON portal_customer
    FOR EACH ROW EXECUTE FUNCTION portal_sandbox_for_life();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0013_second_step")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="sandbox_shapes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30), editable=False, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="sandbox_built_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("sandbox_shapes__isnull", False)),
                fields=["id"],
                name="sandboxes",
            ),
        ),
        migrations.RunSQL(FOR_LIFE, "DROP FUNCTION portal_sandbox_for_life CASCADE"),
    ]
