"""Demand for doses: runs and what they say, and the views through which other rooms publish what it is made of."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

VIEWS = {
    # who can be due at all: no names
    "people_resident": """
        SELECT id AS person_id, residence_id, birth_date FROM people_person
        WHERE merged_into IS NULL AND died_on IS NULL AND residence_id IS NOT NULL""",
    # courses of doses that count
    "immunization_coursedose": """
        SELECT person_id, dose_number, product_id, given_on, facility_id, completes, next_due_on
        FROM immunization_dose WHERE status = 'active'""",
    "immunization_putoff": """
        SELECT person_id, reason, (happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
        FROM immunization_notgiven WHERE reason IN ('deferred', 'contraindicated')""",
    "immunization_agerule": "SELECT valid_from, valid_to, min_age FROM immunization_productrule",
    # lots that may be used as far as the nation goes, and the marks of places
    "immunization_usablestock": """
        SELECT s.facility_id, s.lot_id, l.product_id, s.balance, least(l.expires_on, s.use_by) AS last_day
        FROM immunization_stock s JOIN immunization_lot l ON l.id = s.lot_id
        WHERE s.balance <> 0 AND l.status = 'ok'""",
    "immunization_openmark": """
        SELECT lot_id, area_id, facility_id, since FROM immunization_lotstatus WHERE until IS NULL""",
    # goods on the way, and what plans that are decided have granted
    "immunization_shipment": """
        SELECT t.to_facility_id AS facility_id, l.product_id, t.document, line.sent AS doses, t.sent_at,
               t.received_at IS NULL AS open
        FROM immunization_transfer t
        JOIN immunization_transferline line ON line.transfer_id = t.id
        JOIN immunization_lot l ON l.id = line.lot_id
        WHERE t.cancelled_at IS NULL""",
    "immunization_outsidedelivery": """
        SELECT m.facility_id, l.product_id, m.document, m.quantity AS doses
        FROM immunization_stockmovement m JOIN immunization_lot l ON l.id = m.lot_id
        WHERE m.kind = 'receive' AND m.transfer_id IS NULL AND m.document <> ''""",
    "immunization_granteddose": """
        SELECT p.number, p.product_id, p.due_on, line.area_id, line.facility_id, line.given AS doses
        FROM immunization_allocationplan p JOIN immunization_allocationline line ON line.plan_id = p.id
        WHERE p.state = 'decided' AND line.given > 0""",
    "immunization_sessionday": "SELECT facility_id, date, status FROM immunization_session",
    "analytics_dosesgiven": """
        SELECT facility_id, residence_id, product_id, day, doses FROM analytics_coverage WHERE facility_id > 0""",
    "analytics_productgiven": "SELECT DISTINCT product_id FROM analytics_coverageprovince WHERE doses > 0",
}
_array = django.contrib.postgres.fields.ArrayField


def _key(*names: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("forecasting", "0003_effectiveness"),
        ("analytics", "0006_epidemic"),
        ("immunization", "0006_dose_pairs"),
        ("people", "0006_self_service"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemandRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("as_of", models.DateField()),
                ("of_map", models.TextField()),
                ("status", models.TextField(default="running")),
                ("reason", models.TextField(default="")),
                ("begun_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("engine", models.TextField()),
                ("found", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [models.Index(models.F("as_of"), models.F("made_at"), name="demand_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "made", "failed"])), name="demand_status"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandBlock",
            fields=[
                ("pk", _key("run_id", "province_id")),
                ("run_id", models.UUIDField()),
                ("province_id", models.IntegerField()),
                ("done_at", models.DateTimeField()),
                ("paths", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="DemandPlace",
            fields=[
                ("pk", _key("area_id", "run_id", "product_id")),
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("product_id", models.SmallIntegerField()),
                ("level", models.SmallIntegerField()),
                ("given", _array(base_field=models.IntegerField(), size=None)),
                ("wanted", _array(base_field=models.FloatField(), size=None)),
                ("through", _array(base_field=models.FloatField(), size=None)),
                ("stock", _array(base_field=models.IntegerField(), size=None)),
                ("coming", _array(base_field=models.IntegerField(), size=None)),
                ("out", _array(base_field=models.FloatField(), null=True, size=None)),
                ("ever", models.FloatField(null=True)),
                ("unmet", _array(base_field=models.FloatField(), null=True, size=None)),
                ("expired", models.FloatField()),
                ("opened", models.FloatField()),
                ("target", models.IntegerField()),
                ("ordered", models.IntegerField()),
                ("vial", models.SmallIntegerField()),
                ("waiting", models.IntegerField()),
                ("note", models.TextField(default="")),
                ("places", models.IntegerField()),
                ("likely", models.IntegerField()),
            ],
            options={"indexes": [models.Index(models.F("run_id"), models.F("ever"), name="demand_ever")]},
        ),
        *[migrations.RunSQL(f"CREATE VIEW {name} AS {body}", f"DROP VIEW {name}") for name, body in VIEWS.items()],
    ]
