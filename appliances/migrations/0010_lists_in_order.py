from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appliances", "0009_key_check")]

    operations = [
        migrations.AddIndex(
            model_name="appliance",
            index=models.Index(fields=["customer", "name", "id"], name="appliances_in_order"),
        ),
    ]
