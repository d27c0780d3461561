"""The facility whose head registered a venue: only she and officers change it. Those of before are the officers'."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0003_venues")]

    operations = [
        migrations.AddField(
            model_name="venue",
            name="facility",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.facility"
            ),
        ),
    ]
