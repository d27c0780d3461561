"""A person's own door: codes, sessions, counters against guessing; where somebody wishes to be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_repair")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="preferred",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="PersonSession",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("shared", models.BooleanField()),
                ("showing", models.UUIDField(null=True)),
                ("device", models.CharField(max_length=60)),
                ("begun_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("person_id"), name="personsession_person"),
                    models.Index(models.F("ends_at"), name="personsession_ends"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(null=True)),
                ("mac", models.BinaryField()),
                ("sealed", models.BinaryField(null=True)),
                ("wrong_key", models.UUIDField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("person_id"), name="signincode_person"),
                    models.Index(models.F("ends_at"), name="signincode_ends"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInCount",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("count", models.IntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(models.F("ends_at"), name="signincount_ends")],
            },
        ),
    ]
