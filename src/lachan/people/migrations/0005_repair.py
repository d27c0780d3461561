"""Notes beside a record that has to be mended: asked, confirmed, not reached, moved away."""

import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_duplicates"),
    ]

    operations = [
        migrations.CreateModel(
            name="RepairNote",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("actor_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("person_id"), models.F("at"), name="repairnote_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("asked", "confirmed", "not_reached", "moved"))),
                        name="repairnote_kind",
                    )
                ],
            },
        ),
    ]
