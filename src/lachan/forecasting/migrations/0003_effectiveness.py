"""Estimates of vaccine effectiveness, and what the rooms below publish for them: no names, only what is counted."""

import django.contrib.postgres.fields
from django.db import migrations, models

VIEWS = {
    # everything that counts of the epidemic, with when it was known so; a stock's way out (weight -1) is no event
    "analytics_knownentry": """
        SELECT person_id, fact_id, measure, disease, day, area_id, age_band, since, until
        FROM analytics_epidemicentry WHERE weight = 1""",
    # doses with when they were known; a dose voided or amended stood until its correction
    "immunization_knowndose": """
        SELECT d.person_id, d.given_on, d.dose_number, d.completes, d.recorded_at AS since, c.recorded_at AS until
        FROM immunization_dose d
        LEFT JOIN immunization_dosecorrection c ON c.person_id = d.person_id AND c.dose_id = d.id
        WHERE d.status = 'active' OR c.id IS NOT NULL""",
    # who can be followed through time; not sure: nobody has said yet who it is
    "people_followedperson": """
        SELECT id AS person_id, residence_id, residence_since, birth_date, died_on,
               (created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS known_on, status = 'known' AS sure
        FROM people_person WHERE merged_into IS NULL""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("forecasting", "0002_report"),
        ("analytics", "0006_epidemic"),
        ("immunization", "0006_dose_pairs"),
        ("people", "0006_self_service"),
    ]

    operations = [
        migrations.CreateModel(
            name="Effectiveness",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "disease",
                        "design",
                        "outcome",
                        "as_of",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("area_id", models.IntegerField()),
                ("disease", models.TextField()),
                ("design", models.TextField()),
                ("outcome", models.TextField()),
                ("as_of", models.DateField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("engine", models.TextField()),
                ("inputs", models.TextField()),
                ("states", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("events", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ("trials", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                (
                    "estimates",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                ("lows", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                (
                    "highs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                ("ways", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("unsaid", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("biases", models.JSONField(default=list)),
                ("dispersion", models.FloatField()),
                ("waning", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("design__in", ["test_negative", "cohort"])), name="effectiveness_design"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["infection", "severe"])), name="effectiveness_outcome"
                    ),
                ],
            },
        ),
        *[migrations.RunSQL(f"CREATE VIEW {name} AS {body}", f"DROP VIEW {name}") for name, body in VIEWS.items()],
    ]
