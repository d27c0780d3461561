from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_keys")]

    operations = [
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("hash", models.BinaryField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("rid", models.TextField(default="")),
                ("key_id", models.BinaryField()),
                ("reason", models.TextField()),
                ("revoked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("version"), name="revocation_version"),
                    models.Index(models.F("key_id"), name="revocation_of_key", condition=models.Q(("kind", "shc"))),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hcert", "shc", "domestic"])), name="revocation_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "shc"), ("rid", ""), _connector="OR"), name="revocation_rid"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                ("version", models.IntegerField(primary_key=True, serialize=False)),
                ("published_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField()),
                ("index", models.TextField()),
                ("signed", models.TextField()),
                ("count", models.IntegerField()),
                ("counters", models.JSONField()),
                ("filter_version", models.IntegerField()),
                ("filter_count", models.IntegerField()),
                ("filter", models.BinaryField(null=True)),
            ],
            options={"indexes": [models.Index(models.F("published_at"), name="revocation_list_published")]},
        ),
        migrations.CreateModel(
            name="CheckCount",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("count", models.IntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
    ]
