import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveillance", "0001_laboratory"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
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
                ("code", models.TextField()),
                ("disease", models.TextField()),
                ("classification", models.TextField()),
                ("is_open", models.BooleanField(default=True)),
                ("definition", models.TextField(default="")),
                ("reason", models.TextField(default="")),
                ("results", models.JSONField(default=list)),
                ("held_class", models.TextField(default="")),
                ("held_at", models.DateTimeField(null=True)),
                ("joined_into", models.UUIDField(null=True)),
                ("sampled_at", models.DateTimeField(null=True)),
                ("result_at", models.DateTimeField(null=True)),
                ("suspected_at", models.DateTimeField(null=True)),
                ("symptomatic", models.BooleanField(null=True)),
                ("symptoms", models.JSONField(default=list)),
                ("onset_on", models.DateField(null=True)),
                ("link", models.TextField(default="")),
                ("infected_from", models.DateTimeField(null=True)),
                ("source_case_id", models.UUIDField(null=True)),
                ("imported_from", models.TextField(default="")),
                ("cluster", models.TextField(default="")),
                ("severity", models.TextField(default="")),
                ("hospital", models.TextField(default="")),
                ("outcome", models.TextField(default="")),
                ("outcome_on", models.DateField(null=True)),
                ("isolated_at", models.DateTimeField(null=True)),
                ("isolation_kind", models.TextField(default="")),
                ("isolation_place", models.TextField(default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_rule", models.TextField(default="")),
                ("area_id", models.IntegerField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("version", models.SmallIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("id"), name="case_id"),
                    models.Index(models.F("recorded_at"), models.F("id"), name="case_recorded"),
                    models.Index(models.F("area_id"), models.F("recorded_at"), models.F("id"), name="case_area"),
                    models.Index(
                        models.F("area_id"),
                        models.F("recorded_at"),
                        models.F("id"),
                        condition=models.Q(("is_open", True)),
                        name="case_area_open",
                    ),
                    models.Index(models.F("code"), name="case_code"),
                    models.Index(
                        models.F("cluster"), condition=models.Q(("cluster", ""), _negated=True), name="case_cluster"
                    ),
                    models.Index(
                        models.F("source_case_id"),
                        condition=models.Q(("source_case_id__isnull", False)),
                        name="case_source",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person_id"),
                        models.F("disease"),
                        condition=models.Q(("is_open", True)),
                        name="case_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("classification__in", ["suspected", "probable", "confirmed", "discarded"])),
                        name="case_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["", "mild", "moderate", "severe", "critical"])),
                        name="case_severity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "recovered", "died", "transferred", "lost"])),
                        name="case_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("isolation_kind__in", ["", "home", "facility", "hospital"])),
                        name="case_isolation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseClass",
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
                ("case_id", models.UUIDField()),
                ("before", models.TextField(default="")),
                ("classification", models.TextField()),
                ("definition", models.TextField(default="")),
                ("reason", models.TextField(default="")),
                ("cause", models.TextField()),
                ("results", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(models.F("case_id"), name="case_class_case")],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
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
                ("case_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("content", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(models.F("case_id"), name="case_note_case")],
            },
        ),
    ]
