"""The stock book to the vial."""

import django.db.models.expressions
import lachan.kernel.ids
from django.db import migrations, models

# Lot numbers are compared as they are printed, in capitals: what stands otherwise is brought in line, unless that
# would make two lots one; those stay, and the check of the stock book names them.
_CAPITALS = """
UPDATE immunization_lot lot SET number = upper(btrim(number))
WHERE number <> upper(btrim(number)) AND NOT EXISTS (
    SELECT FROM immunization_lot other WHERE other.product_id = lot.product_id AND other.id <> lot.id
        AND upper(btrim(other.number)) = upper(btrim(lot.number)))
"""
_AMOUNTS = "UPDATE immunization_stockmovement SET amount = abs(quantity)"


class Migration(migrations.Migration):
    dependencies = [
        ("immunization", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Box",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "gtin", "serial", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facility_id", models.IntegerField()),
                ("gtin", models.TextField()),
                ("serial", models.TextField()),
                ("lot_id", models.IntegerField()),
                ("movement_id", models.UUIDField()),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "facility_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id)),
                ("facility_id", models.IntegerField()),
                ("lot_id", models.IntegerField()),
                ("kind", models.TextField()),
                ("quantity", models.IntegerField(default=0)),
                ("transfer_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                ("reason", models.TextField(default="")),
                ("note", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="TradeItem",
            fields=[
                ("gtin", models.TextField(primary_key=True, serialize=False)),
                ("product_id", models.SmallIntegerField()),
                ("doses", models.IntegerField()),
                ("vial_doses", models.SmallIntegerField()),
                ("actor_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("from_facility_id", models.IntegerField()),
                ("to_facility_id", models.IntegerField()),
                ("document", models.TextField(default="")),
                ("note", models.TextField(default="")),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.UUIDField()),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by", models.UUIDField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transfer_id", "lot_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("transfer_id", models.UUIDField()),
                ("lot_id", models.IntegerField()),
                ("sent", models.IntegerField()),
                ("received", models.IntegerField(null=True)),
                ("use_by", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Vial",
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
                ("lot_id", models.IntegerField()),
                ("doses", models.SmallIntegerField()),
                ("drawn", models.SmallIntegerField(default=0)),
                ("wasted", models.SmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("limit_at", models.DateTimeField()),
                ("automatic", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(null=True)),
                ("actor_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="dose",
            name="vial_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="lot",
            name="vial_doses",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="vials",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="stock",
            name="use_by",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="amount",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="note",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="session_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="transfer_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="vial_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(models.F("vial_id"), condition=models.Q(("vial_id__isnull", False)), name="dose_vial"),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(
                models.F("session_id"), condition=models.Q(("session_id__isnull", False)), name="stock_movement_session"
            ),
        ),
        migrations.AddIndex(
            model_name="discrepancy",
            index=models.Index(
                models.F("facility_id"), condition=models.Q(("closed_at__isnull", True)), name="discrepancy_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.UniqueConstraint(
                models.F("facility_id"),
                models.F("lot_id"),
                condition=models.Q(("closed_at__isnull", True), ("kind", "below_zero")),
                name="below_zero_once",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(models.F("from_facility_id"), models.F("sent_at"), name="transfer_from"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(models.F("to_facility_id"), models.F("sent_at"), name="transfer_to"),
        ),
        migrations.AddIndex(
            model_name="vial",
            index=models.Index(models.F("session_id"), models.F("lot_id"), name="vial_session"),
        ),
        migrations.AddIndex(
            model_name="vial",
            index=models.Index(models.F("id"), name="vial_by_id"),
        ),
        migrations.AddConstraint(
            model_name="vial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "doses__gte",
                        django.db.models.expressions.CombinedExpression(models.F("drawn"), "+", models.F("wasted")),
                    ),
                    ("drawn__gte", 0),
                    ("wasted__gte", 0),
                ),
                name="vial_holds_its_doses",
            ),
        ),
        migrations.RunSQL(_CAPITALS, migrations.RunSQL.noop),
        migrations.RunSQL(_AMOUNTS, migrations.RunSQL.noop),
    ]
