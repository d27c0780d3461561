"""Line lists of other systems, staged before they are recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_result_files")]

    operations = [
        migrations.CreateModel(
            name="ListFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("what", models.TextField()),
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
                    models.Index(fields=["actor_id", "-created_at"], name="listfile_sender"),
                    models.Index(
                        models.F("created_at"),
                        condition=models.Q(("state", "emptied"), _negated=True),
                        name="listfile_to_empty",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["cases", "contacts"])), name="listfile_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["staged", "done", "emptied"])), name="listfile_state"
                    ),
                ],
            },
        ),
    ]
