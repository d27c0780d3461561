"""Venues, and the keys their codes are signed with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_own_name")]

    operations = [
        migrations.CreateModel(
            name="VenueKey",
            fields=[
                ("number", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("public", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__range", (1, 255))), name="venuekey_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Venue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("search_name", models.TextField()),
                ("kind", models.TextField()),
                ("address", models.TextField(default="")),
                ("closed", models.BooleanField()),
                ("capacity", models.IntegerField(null=True)),
                ("stay_minutes", models.SmallIntegerField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("contact", models.BinaryField(null=True)),
                ("active", models.BooleanField(default=True)),
                ("code_version", models.SmallIntegerField(default=1)),
                ("rotate_minutes", models.SmallIntegerField(default=0)),
                ("registered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.venue"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("area"), models.F("search_name"), name="venue_area"),
                    models.Index(
                        models.F("parent"), condition=models.Q(("parent__isnull", False)), name="venue_parent"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rotate_minutes__range", (0, 60))), name="venue_rotation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code_version__range", (1, 255))), name="venue_code_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__isnull", True), ("capacity__gt", 0), _connector="OR"),
                        name="venue_capacity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stay_minutes__isnull", True), ("stay_minutes__range", (5, 720)), _connector="OR"
                        ),
                        name="venue_stay",
                    ),
                ],
            },
        ),
    ]
