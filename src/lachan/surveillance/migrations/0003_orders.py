import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveillance", "0002_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "issuer_id", "year", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer_id", models.IntegerField()),
                ("year", models.SmallIntegerField()),
                ("latest", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Order",
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
                ("number", models.IntegerField()),
                ("year", models.SmallIntegerField()),
                ("issuer_id", models.IntegerField()),
                ("kind", models.TextField()),
                ("disease", models.TextField()),
                ("cause_id", models.UUIDField()),
                ("legal", models.TextField()),
                ("area_id", models.IntegerField(null=True)),
                ("place_kind", models.TextField()),
                ("place", models.BinaryField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("state", models.TextField(default="standing")),
                ("replaces_id", models.UUIDField(null=True)),
                ("printed_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("delivered_how", models.TextField(default="")),
                ("delivered_by", models.UUIDField(null=True)),
                ("delivery_note", models.BinaryField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("id"), name="order_id"),
                    models.Index(models.F("issuer_id"), models.F("year"), models.F("number"), name="order_number"),
                    models.Index(models.F("area_id"), models.F("recorded_at"), models.F("id"), name="order_area"),
                    models.Index(
                        models.F("area_id"),
                        models.F("recorded_at"),
                        models.F("id"),
                        condition=models.Q(("printed_at", None)),
                        name="order_to_print",
                    ),
                    models.Index(
                        models.F("area_id"),
                        models.F("recorded_at"),
                        models.F("id"),
                        condition=models.Q(("delivered_at", None)),
                        name="order_to_bring",
                    ),
                    models.Index(models.F("cause_id"), name="order_cause"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person_id"),
                        models.F("cause_id"),
                        models.F("kind"),
                        condition=models.Q(("state", "standing")),
                        name="order_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["isolation", "quarantine", "release", "discharge"])),
                        name="order_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivered_how__in", ["", "hand", "post", "sms", "phone"])),
                        name="order_delivery",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["standing", "replaced", "withdrawn"])), name="order_state"
                    ),
                ],
            },
        ),
    ]
