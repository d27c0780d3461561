"""Reactions that became cases, their facts, codes for reporting, and what stood out by chance."""

import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("immunization", "0003_supply"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReactionCase",
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
                ("dose_id", models.UUIDField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("residence_id", models.IntegerField(null=True)),
                ("product_id", models.SmallIntegerField(null=True)),
                ("lot_id", models.IntegerField(null=True)),
                ("lot_number", models.TextField(default="")),
                ("dose_number", models.SmallIntegerField(null=True)),
                ("given_at", models.DateTimeField(null=True)),
                ("age_band", models.SmallIntegerField(null=True)),
                ("sex", models.CharField(default="U", max_length=1)),
                ("source", models.TextField()),
                ("severity", models.TextField()),
                ("serious", models.BooleanField(default=False)),
                ("seriousness", models.JSONField(default=list)),
                ("symptoms", models.JSONField(default=list)),
                ("outcome", models.TextField(default="unknown")),
                ("onset_at", models.DateTimeField(null=True)),
                ("causality", models.TextField(null=True)),
                ("state", models.TextField(default="new")),
                ("known_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("notified_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("investigated_at", models.DateTimeField(null=True)),
                ("classified_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("version", models.SmallIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("id"), name="reaction_case_id"),
                    models.Index(models.F("facility_id"), models.F("known_at"), name="reaction_case_facility"),
                    models.Index(models.F("residence_id"), models.F("known_at"), name="reaction_case_residence"),
                    models.Index(models.F("known_at"), models.F("id"), name="reaction_case_known"),
                    models.Index(models.F("lot_id"), name="reaction_case_lot"),
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("acknowledged_at", None), ("closed_at", None), ("serious", True)),
                        name="reaction_case_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person_id"),
                        models.F("dose_id"),
                        condition=models.Q(("dose_id__isnull", False)),
                        name="reaction_case_once_a_dose",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReactionFact",
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
                ("version", models.SmallIntegerField()),
                ("kind", models.TextField()),
                ("known_at", models.DateTimeField()),
                ("form", models.TextField()),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person_id"), models.F("case_id"), models.F("version"), name="reaction_fact_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportCode",
            fields=[
                ("blind", models.BinaryField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("dose_id", models.UUIDField()),
                ("facility_id", models.IntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("person_id"), name="report_code_person")],
            },
        ),
        migrations.CreateModel(
            name="HarmSignal",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("measure", models.TextField()),
                ("product_id", models.SmallIntegerField(null=True)),
                ("lot_id", models.IntegerField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("observed", models.IntegerField()),
                ("doses", models.IntegerField()),
                ("expected", models.FloatField()),
                ("p_value", models.FloatField()),
                ("q_value", models.FloatField()),
                ("compared", models.IntegerField()),
                ("evidence", models.JSONField(default=dict)),
                ("first_found_at", models.DateTimeField()),
                ("latest_found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("latest_found_at"), name="harm_signal_latest")],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="halt_reason",
            field=models.TextField(db_default=""),
        ),
    ]
