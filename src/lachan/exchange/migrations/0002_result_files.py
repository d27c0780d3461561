"""Files of results, staged before they are recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ResultFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("facility_id", models.IntegerField()),
                ("actor_id", models.UUIDField()),
                ("state", models.TextField()),
                ("rows", models.IntegerField()),
                ("faults", models.IntegerField()),
                ("recorded", models.IntegerField(default=0)),
                ("sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility_id", "-created_at"], name="resultfile_facility"),
                    models.Index(
                        models.F("created_at"),
                        condition=models.Q(("state", "emptied"), _negated=True),
                        name="resultfile_to_empty",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["staged", "done", "emptied"])), name="resultfile_state"
                    )
                ],
            },
        ),
    ]
