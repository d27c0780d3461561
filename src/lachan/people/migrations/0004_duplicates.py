"""Pairs of records that may be one person, and the scans that find them."""

import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_verification"),
    ]

    operations = [
        migrations.CreateModel(
            name="PairScan",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("actor_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="PairSlice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scan_id", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scan_id", models.UUIDField()),
                ("name", models.TextField()),
                ("persons", models.IntegerField()),
                ("compared", models.IntegerField()),
                ("pairs", models.IntegerField()),
                ("done_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PersonPair",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "other_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("other_id", models.UUIDField()),
                ("verdict", models.TextField()),
                ("score", models.SmallIntegerField()),
                ("reasons", models.JSONField()),
                ("residence_id", models.IntegerField(null=True)),
                ("other_residence_id", models.IntegerField(null=True)),
                ("found_at", models.DateTimeField()),
                ("scan_id", models.UUIDField()),
                ("status", models.TextField(default="open")),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("note", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("residence_id"),
                        models.OrderBy(models.F("score"), descending=True),
                        condition=models.Q(("status", "open")),
                        name="personpair_here",
                    ),
                    models.Index(
                        models.F("other_residence_id"),
                        models.OrderBy(models.F("score"), descending=True),
                        condition=models.Q(("status", "open")),
                        name="personpair_there",
                    ),
                    models.Index(models.F("other_id"), name="personpair_other"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person_id__lt", models.F("other_id"))), name="personpair_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "two_people", "merged"])), name="personpair_status"
                    ),
                ],
            },
        ),
    ]
