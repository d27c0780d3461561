"""The epidemic's figures: what counts (entries), what changed when (changes), and their sums.

The views are what the rooms below publish to it: no names, only what is counted.
"""

from __future__ import annotations

from django.db import migrations, models

VIEWS = {
    # tests that say something; a correction is when a result stood no longer
    "surveillance_countedtest": """
        SELECT r.person_id, r.id AS fact_id, r.disease, r.outcome = 'positive' AS positive,
               (r.taken_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, f.area_id, r.recorded_at AS since,
               c.recorded_at AS until
        FROM surveillance_result r
        LEFT JOIN surveillance_sample s ON s.person_id = r.person_id AND s.id = r.sample_id
        LEFT JOIN places_facility f ON f.id = coalesce(s.facility_id, r.facility_id)
        LEFT JOIN surveillance_resultcorrection c ON c.person_id = r.person_id AND c.result_id = r.id
        WHERE r.outcome IN ('positive', 'negative') AND r.method IN ('pcr', 'antigen', 'isolation')
          AND (r.status = 'standing' OR c.id IS NOT NULL)""",
    # people under watch as contacts; a list that proved wrong takes them back
    "tracing_countedwatch": """
        SELECT person_id, id AS fact_id, disease, (listed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, area_id,
               listed_at AS since, CASE WHEN state = 'released' THEN changed_at END AS until
        FROM tracing_watch""",
    "tracing_clockedlist": """
        SELECT case_id, disease, result_at, list_at, reached_at, quarantined_at, tested_at
        FROM tracing_caselist WHERE state = 'standing'""",
    "surveillance_casearea": "SELECT person_id, id AS case_id, area_id FROM surveillance_case",
    "people_countedperson": """
        SELECT id AS person_id, residence_id, residence_since, birth_date, sex FROM people_person""",
    "immunization_counteddose": """
        SELECT person_id, given_on, completes, dose_number FROM immunization_dose WHERE status = 'active'""",
    "places_areaprovince": """
        SELECT id AS area_id, CASE WHEN level = 1 THEN id ELSE coalesce(province_id, 0) END AS province_id
        FROM places_area""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_signed"),
        ("immunization", "0006_dose_pairs"),
        ("people", "0006_self_service"),
        ("places", "0004_venue_facility"),
        ("surveillance", "0004_declarations"),
        ("tracing", "0006_sealed_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="EpidemicAge",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "province_id",
                        "day",
                        "age_band",
                        "sex",
                        "vaccinated",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("province_id", models.IntegerField()),
                ("day", models.DateField()),
                ("age_band", models.SmallIntegerField()),
                ("sex", models.CharField(max_length=1)),
                ("vaccinated", models.SmallIntegerField()),
                ("value", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="EpidemicEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("fact_id", models.UUIDField()),
                ("measure", models.TextField()),
                ("weight", models.SmallIntegerField()),
                ("disease", models.TextField()),
                ("day", models.DateField()),
                ("area_id", models.IntegerField()),
                ("age_band", models.SmallIntegerField()),
                ("sex", models.CharField(max_length=1)),
                ("vaccinated", models.SmallIntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EpidemicProvinceChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "province_id",
                        "day",
                        "recorded_on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("province_id", models.IntegerField()),
                ("day", models.DateField()),
                ("recorded_on", models.DateField()),
                ("delta", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="EpidemicProvinceDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "province_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("province_id", models.IntegerField()),
                ("day", models.DateField()),
                ("value", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="EpidemicState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="EpidemicChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("recorded_on", models.DateField()),
                ("day", models.DateField()),
                ("area_id", models.IntegerField()),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("age_band", models.SmallIntegerField()),
                ("sex", models.CharField(max_length=1)),
                ("vaccinated", models.SmallIntegerField()),
                ("delta", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("disease"),
                        models.F("measure"),
                        models.F("area_id"),
                        models.F("day"),
                        name="epidemicchange_series",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EpidemicDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "area_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("area_id", models.IntegerField()),
                ("day", models.DateField()),
                ("value", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("disease"), models.F("measure"), models.F("day"), name="epidemicday_day")
                ],
            },
        ),
        *[migrations.RunSQL(f"CREATE VIEW {name} AS {body}", f"DROP VIEW {name}") for name, body in VIEWS.items()],
    ]
