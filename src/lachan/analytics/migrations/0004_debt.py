"""What is owed: given, recorded, matched, held, refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_measured")]

    operations = [
        migrations.CreateModel(
            name="DebtDay",
            fields=[
                ("given", models.IntegerField()),
                ("recorded", models.IntegerField()),
                ("matched", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("explained", models.IntegerField()),
                ("surplus", models.IntegerField()),
                ("untallied", models.IntegerField()),
                ("held", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("untraced", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facility_id", models.IntegerField()),
                ("day", models.DateField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DebtProvince",
            fields=[
                ("given", models.IntegerField()),
                ("recorded", models.IntegerField()),
                ("matched", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("explained", models.IntegerField()),
                ("surplus", models.IntegerField()),
                ("untallied", models.IntegerField()),
                ("held", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("untraced", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "province_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("province_id", models.IntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DebtState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DebtTouch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
            ],
        ),
    ]
