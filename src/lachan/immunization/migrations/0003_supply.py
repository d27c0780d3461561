"""Plans, temperatures and recalls."""

from django.db import migrations, models

import lachan.kernel.ids

# What stood on the lot itself held for the whole nation (area 1), from the day it says.
_NATIONWIDE = """
INSERT INTO immunization_lotstatus
    (id, lot_id, area_id, status, since, reason, document, actor_id, recorded_at, ended_reason, ended_document)
SELECT gen_random_uuid(), id, 1, status, coalesce(status_since, date '2020-01-01')::timestamp AT TIME ZONE
       'Asia/Ho_Chi_Minh', 'as it stood on the lot', '', '00000000-0000-0000-0000-000000000000', now(), '', ''
FROM immunization_lot WHERE status <> 'ok'
"""


class Migration(migrations.Migration):
    dependencies = [("immunization", "0002_stock")]

    operations = [
        migrations.CreateModel(
            name="AllocationLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "plan_id", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("plan_id", models.UUIDField()),
                ("place", models.TextField()),
                ("area_id", models.IntegerField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("asked", models.IntegerField(null=True)),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("asked_note", models.TextField(default="")),
                ("given", models.IntegerField(null=True)),
                ("given_by", models.UUIDField(null=True)),
                ("given_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AllocationPlan",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("number", models.TextField()),
                ("giver_id", models.IntegerField()),
                ("parent_id", models.UUIDField(null=True)),
                ("product_id", models.SmallIntegerField()),
                ("title", models.TextField()),
                ("available", models.IntegerField()),
                ("due_on", models.DateField()),
                ("state", models.TextField(default="open")),
                ("note", models.TextField(default="")),
                ("actor_id", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("over_reason", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="ColdDevice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("name", models.TextField()),
                ("storage", models.TextField()),
                ("registered_at", models.DateTimeField()),
                ("actor_id", models.UUIDField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Excursion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("device_id", models.UUIDField()),
                ("log_id", models.UUIDField(null=True)),
                ("kind", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("lowest", models.FloatField()),
                ("highest", models.FloatField()),
                ("minutes", models.IntegerField()),
                ("limits", models.TextField()),
                ("lots", models.JSONField(default=list)),
                ("note", models.TextField(default="")),
                ("actor_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
                ("decision", models.TextField(default="")),
                ("comment", models.TextField(default="")),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LotStatus",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("lot_id", models.BigIntegerField()),
                ("area_id", models.IntegerField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("status", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("reason", models.TextField()),
                ("document", models.TextField(default="")),
                ("excursion_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_reason", models.TextField(default="")),
                ("ended_document", models.TextField(default="")),
                ("ended_recorded_at", models.DateTimeField(null=True)),
                ("queued_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "cause_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("cause_id", models.UUIDField()),
                ("template", models.TextField()),
                ("language", models.CharField(default="vi", max_length=2)),
                ("params", models.JSONField(default=dict)),
                ("state", models.TextField(default="queued")),
                ("reason", models.TextField(default="")),
                ("attempts", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("residence_id", models.IntegerField(null=True)),
                ("facility_id", models.IntegerField(null=True)),
                ("given_on", models.DateField(null=True)),
                ("outcome", models.TextField(default="")),
                ("outcome_how", models.TextField(default="")),
                ("outcome_at", models.DateTimeField(null=True)),
                ("outcome_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "immunization_message",
            },
        ),
        migrations.CreateModel(
            name="TemperatureLog",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("device_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("points", models.IntegerField()),
                ("first_at", models.DateTimeField()),
                ("latest_at", models.DateTimeField()),
                ("packed", models.BinaryField()),
                ("actor_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(models.F("lot_id"), models.F("given_on"), name="dose_lot"),
        ),
        migrations.AddIndex(
            model_name="allocationline",
            index=models.Index(models.F("facility_id"), name="plan_line_facility"),
        ),
        migrations.AddIndex(
            model_name="allocationline",
            index=models.Index(models.F("area_id"), name="plan_line_area"),
        ),
        migrations.AddConstraint(
            model_name="allocationline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked__isnull", True), ("asked__gte", 0), _connector="OR"),
                    models.Q(("given__isnull", True), ("given__gte", 0), _connector="OR"),
                ),
                name="plan_line_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="allocationplan",
            index=models.Index(models.F("giver_id"), models.F("created_at"), name="plan_giver"),
        ),
        migrations.AddConstraint(
            model_name="allocationplan",
            constraint=models.CheckConstraint(condition=models.Q(("available__gte", 0)), name="plan_available"),
        ),
        migrations.AddConstraint(
            model_name="allocationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "decided", "closed"])), name="plan_state"
            ),
        ),
        migrations.AddIndex(
            model_name="excursion",
            index=models.Index(models.F("facility_id"), condition=models.Q(("decision", "")), name="excursion_open"),
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.UniqueConstraint(
                models.F("facility_id"),
                models.F("device_id"),
                models.F("kind"),
                models.F("began_at"),
                name="excursion_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["high", "low", "freezing"])), name="excursion_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", ""),
                    models.Q(("decision__in", ["use", "discard"]), models.Q(("comment", ""), _negated=True)),
                    _connector="OR",
                ),
                name="excursion_decided_with_comment",
            ),
        ),
        migrations.AddIndex(
            model_name="lotstatus",
            index=models.Index(models.F("lot_id"), name="lot_status_lot"),
        ),
        migrations.AddConstraint(
            model_name="lotstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["quarantined", "recalled"])), name="lot_status_word"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area_id__isnull", True), ("facility_id__isnull", False)),
                    models.Q(("area_id__isnull", False), ("facility_id__isnull", True)),
                    _connector="OR",
                ),
                name="lot_status_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="lot_status_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotstatus",
            constraint=models.UniqueConstraint(
                models.F("lot_id"),
                models.F("area_id"),
                condition=models.Q(("facility_id__isnull", True), ("until__isnull", True)),
                name="lot_status_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotstatus",
            constraint=models.UniqueConstraint(
                models.F("lot_id"),
                models.F("facility_id"),
                condition=models.Q(("area_id__isnull", True), ("until__isnull", True)),
                name="lot_status_facility",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(models.F("next_at"), condition=models.Q(("state", "queued")), name="message_due"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(models.F("cause_id"), models.F("residence_id"), name="message_cause"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "sent", "failed", "withdrawn"])), name="message_state"
            ),
        ),
        migrations.AddIndex(
            model_name="temperaturelog",
            index=models.Index(
                models.F("facility_id"), models.F("device_id"), models.F("first_at"), name="temperature_device"
            ),
        ),
        migrations.AddConstraint(
            model_name="temperaturelog",
            constraint=models.UniqueConstraint(
                models.F("facility_id"), models.F("device_id"), models.F("digest"), name="temperature_file_once"
            ),
        ),
        migrations.RunSQL(_NATIONWIDE, migrations.RunSQL.noop),
    ]
