import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_lists")]

    operations = [
        migrations.CreateModel(
            name="CorrectionPhoto",
            fields=[
                ("pk", models.CompositePrimaryKey("person_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("request_id", models.UUIDField()),
                ("added_at", models.DateTimeField()),
                ("width", models.SmallIntegerField()),
                ("height", models.SmallIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(models.F("person_id"), models.F("request_id"), name="correction_photo_request")],
            },
        ),
        migrations.CreateModel(
            name="CorrectionRequest",
            fields=[
                ("pk", models.CompositePrimaryKey("person_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("at_desk", models.BooleanField(default=False)),
                ("language", models.TextField(default="vi")),
                ("kind", models.TextField()),
                ("dose_id", models.UUIDField(null=True)),
                ("said", models.BinaryField()),
                ("owner_facility_id", models.IntegerField(null=True)),
                ("owner_area_id", models.IntegerField(null=True)),
                ("served_facility_id", models.IntegerField(null=True)),
                ("state", models.TextField()),
                ("version", models.SmallIntegerField()),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("answer_due_at", models.DateTimeField()),
                ("handler_id", models.UUIDField(null=True)),
                ("proposer_id", models.UUIDField(null=True)),
                ("command_id", models.UUIDField(null=True)),
                ("proposal", models.BinaryField(null=True)),
                ("approver_id", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("card_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(models.F("id"), name="correction_id"), models.Index(models.F("owner_facility_id"), models.F("asked_at"), condition=models.Q(("state__in", ("asked", "taken", "proposed", "approved", "needs_more"))), name="correction_facility"), models.Index(models.F("served_facility_id"), models.F("asked_at"), condition=models.Q(("state__in", ("asked", "taken", "proposed", "approved", "needs_more"))), name="correction_served"), models.Index(models.F("owner_area_id"), models.F("asked_at"), condition=models.Q(("state__in", ("asked", "taken", "proposed", "approved", "needs_more"))), name="correction_area"), models.Index(models.F("changed_at"), condition=models.Q(("state", "approved")), name="correction_waits_card"), models.Index(models.F("closed_at"), name="correction_closed")],
                "constraints": [models.CheckConstraint(condition=models.Q(("owner_facility_id__isnull", False), ("owner_area_id__isnull", False), _connector="XOR"), name="correction_one_owner"), models.CheckConstraint(condition=models.Q(("approver_id__isnull", True), models.Q(("proposer_id__isnull", False), models.Q(("approver_id", models.F("proposer_id")), _negated=True)), _connector="OR"), name="correction_four_eyes")],
            },
        ),
        migrations.CreateModel(
            name="CorrectionStep",
            fields=[
                ("pk", models.CompositePrimaryKey("person_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("person_id", models.UUIDField()),
                ("request_id", models.UUIDField()),
                ("version", models.SmallIntegerField()),
                ("step", models.TextField()),
                ("state", models.TextField()),
                ("actor_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("waited_for", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                ("words", models.BinaryField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("person_id"), models.F("request_id"), models.F("version"), name="correction_step_once")],
            },
        ),
    ]
