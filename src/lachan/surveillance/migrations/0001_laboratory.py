"""Orders for tests, samples, tubes, pools, results and what corrects them."""

from django.db import migrations, models

import lachan.kernel.ids


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ResultCorrection",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("result_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("replacement_id", models.UUIDField(null=True)),
                ("reason", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LabOrder",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("diseases", models.JSONField()),
                ("facility_id", models.IntegerField(null=True)),
                ("note", models.TextField(default="")),
                ("sample_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("facility_id"), models.F("happened_at"), name="laborder_facility")],
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("pool_id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("specimen", models.TextField()),
                ("diseases", models.JSONField()),
                ("laboratory_id", models.IntegerField(null=True)),
                ("state", models.TextField(default="waiting")),
            ],
            options={
                "indexes": [models.Index(models.F("laboratory_id"), models.F("happened_at"), name="pool_laboratory")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "again", "negative", "opened"])), name="pool_state"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "pool_id", "sample_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pool_id", models.UUIDField()),
                ("sample_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(models.F("person_id"), name="poolmember_person")],
            },
        ),
        migrations.CreateModel(
            name="PoolResult",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "pool_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("pool_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("disease", models.TextField()),
                ("method", models.TextField()),
                ("device", models.TextField(default="")),
                ("outcome", models.TextField()),
                ("ct", models.FloatField(null=True)),
                ("tested_at", models.DateTimeField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("status", models.TextField(default="standing")),
                ("corrects_id", models.UUIDField(null=True)),
                ("reason", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["positive", "negative", "indeterminate", "invalid"])),
                        name="poolresult_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["standing", "corrected", "withdrawn"])),
                        name="poolresult_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("sample_id", models.UUIDField()),
                ("disease", models.TextField()),
                ("method", models.TextField()),
                ("device", models.TextField(default="")),
                ("outcome", models.TextField()),
                ("ct", models.FloatField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("tested_at", models.DateTimeField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("pool_id", models.UUIDField(null=True)),
                ("status", models.TextField(default="standing")),
                ("corrects_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("facility_id"), models.F("happened_at"), name="result_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["positive", "negative", "indeterminate", "invalid"])),
                        name="result_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["standing", "corrected", "withdrawn"])), name="result_status"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("code", models.TextField(null=True)),
                ("pool_id", models.UUIDField(null=True)),
                ("specimen", models.TextField()),
                ("diseases", models.JSONField()),
                ("reason", models.TextField(default="")),
                ("order_id", models.UUIDField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("laboratory_id", models.IntegerField(null=True)),
                ("state", models.TextField(default="waiting")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("laboratory_id"),
                        models.F("happened_at"),
                        condition=models.Q(("state__in", ["waiting", "single", "again"])),
                        name="sample_open",
                    ),
                    models.Index(models.F("facility_id"), models.F("happened_at"), name="sample_taken"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "pooled", "single", "again", "done"])),
                        name="sample_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tube",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(null=True)),
                ("sample_id", models.UUIDField(null=True)),
                ("pool_id", models.UUIDField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(models.F("person_id"), name="tube_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("person_id__isnull", False), ("pool_id__isnull", True), ("sample_id__isnull", False)
                            ),
                            models.Q(
                                ("person_id__isnull", True), ("pool_id__isnull", False), ("sample_id__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="tube_of_one",
                    )
                ],
            },
        ),
    ]
