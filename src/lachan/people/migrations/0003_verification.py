"""What the population register says of each person."""

from django.db import migrations, models
from django.db.models import Q

# Before this, a malformed number of these systems was kept as an untrusted one; of the 9-digit number, which is never
# trusted, `lachan register sweep` finds out.
MARK_MALFORMED = """
UPDATE people_identifier SET malformed = true
WHERE NOT trusted AND system IN ('citizen_id', 'passport', 'health_insurance')
"""
STATES = ("not_sent", "waiting", "right", "wrong", "no_id", "malformed_id", "exempt")
OPEN = ("no_id", "malformed_id", "wrong")


class Migration(migrations.Migration):
    dependencies = [("people", "0002_merging")]

    operations = [
        migrations.AddField("identifier", "malformed", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(MARK_MALFORMED, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.TextField()),
                ("step", models.IntegerField(default=0)),
                ("residence_id", models.IntegerField(null=True)),
                ("province_id", models.IntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("fingerprint", models.BinaryField(null=True)),
                ("answer", models.TextField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("batch", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=STATES), name="verification_state"),
                    models.CheckConstraint(condition=Q(answer__in=["right", "wrong"]), name="verification_answer"),
                ],
                "indexes": [
                    models.Index("state", "province_id", "since", "person_id", name="verification_turn"),
                    models.Index(
                        "residence_id", "state", "since", "person_id",
                        condition=Q(state__in=OPEN), name="verification_repair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "step", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("step", models.IntegerField()),
                ("before", models.TextField()),
                ("after", models.TextField()),
                ("since", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("cause", models.TextField()),
                ("batch", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RegisterBatch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("persons", models.IntegerField()),
                ("sealed", models.BinaryField(null=True)),
                ("leased_until", models.DateTimeField()),
                ("attempts", models.IntegerField(default=0)),
                ("error", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("rights", models.IntegerField(default=0)),
                ("wrongs", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index("leased_until", condition=Q(answered_at__isnull=True), name="registerbatch_due"),
                    models.Index("answered_at", condition=Q(answered_at__isnull=False), name="registerbatch_answered"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterLine",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("breaker", models.TextField()),
                ("failures", models.IntegerField()),
                ("trips", models.IntegerField()),
                ("retry_at", models.DateTimeField(null=True)),
                ("error", models.TextField(default="")),
                ("error_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="VerificationFigure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "province_id", "state", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("province_id", models.IntegerField()),
                ("state", models.TextField()),
                ("persons", models.BigIntegerField()),
                ("oldest", models.DateTimeField(null=True)),
                ("counted_at", models.DateTimeField()),
            ],
        ),
    ]
