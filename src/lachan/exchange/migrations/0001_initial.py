"""Sheets of corrections and their rows."""

import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("area_id", models.IntegerField()),
                ("actor_id", models.UUIDField()),
                ("state", models.TextField()),
                ("rows", models.IntegerField()),
                ("sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area_id", "-created_at"], name="sheet_of_area"),
                    models.Index(
                        models.F("created_at"),
                        condition=models.Q(("state", "emptied"), _negated=True),
                        name="sheet_to_empty",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ("excel", "bulk"))), name="sheet_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("staged", "committing", "done", "set_aside", "emptied"))),
                        name="sheet_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "sheet_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("hash", models.BinaryField()),
                ("seen", models.BinaryField(null=True)),
                ("reason", models.TextField(default="")),
                ("sealed", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("sheet_id"), models.F("state"), models.F("number"), name="sheetrow_turn"),
                    models.Index(models.F("person_id"), name="sheetrow_person"),
                    models.Index(models.F("hash"), condition=models.Q(("state", "done")), name="sheetrow_done"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "change",
                                    "moved",
                                    "possible",
                                    "error",
                                    "same",
                                    "left_out",
                                    "done",
                                    "refused",
                                    "undone",
                                ),
                            )
                        ),
                        name="sheetrow_state",
                    )
                ],
            },
        ),
    ]
