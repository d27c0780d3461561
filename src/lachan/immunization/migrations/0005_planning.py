"""Sessions to come and the tally at closing time."""

from django.db import migrations, models

import lachan.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("immunization", "0004_harm")]

    operations = [
        migrations.CreateModel(
            name="SessionPlan",
            fields=[
                ("session_id", models.UUIDField(primary_key=True, serialize=False)),
                ("facility_id", models.IntegerField()),
                ("doses", models.JSONField(default=dict)),
                ("reason", models.TextField(default="")),
                ("actor_id", models.UUIDField()),
                ("planned_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("session_id", models.UUIDField()),
                ("day", models.DateField()),
                ("doses", models.JSONField()),
                ("cause", models.TextField()),
                ("reason", models.TextField()),
                ("state", models.TextField(default="proposed")),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(models.F("facility_id"), models.F("day"), name="explanation_facility_day")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("facility_id"),
                        models.F("session_id"),
                        condition=models.Q(("state", "proposed")),
                        name="explanation_waits_once_a_session",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("session_id", models.UUIDField()),
                ("day", models.DateField()),
                ("lines", models.JSONField()),
                ("doses", models.IntegerField()),
                ("current", models.BooleanField(default=True)),
                ("reason", models.TextField(default="")),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(models.F("facility_id"), models.F("day"), name="tally_facility_day")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("facility_id"),
                        models.F("session_id"),
                        condition=models.Q(("current", True)),
                        name="tally_current_once_a_session",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="notgiven",
            index=models.Index(models.F("facility_id"), models.F("happened_at"), name="not_given_facility_day"),
        ),
    ]
