"""Stocks by month: who is in hospital now is a sum from the first day on."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Greatest

FILL = """
INSERT INTO analytics_epidemicstock (disease, measure, wide, place_id, month, value)
SELECT disease, measure, wide, CASE WHEN wide THEN coalesce(a.province_id, 0) ELSE area_id END,
       date_trunc('month', greatest(day, recorded_on))::date, sum(delta)
FROM analytics_epidemicchange LEFT JOIN places_areaprovince a USING (area_id)
CROSS JOIN (VALUES (false), (true)) AS both_kinds (wide)
WHERE measure = 'in_hospital'
GROUP BY 1, 2, 3, 4, 5
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_epidemic_report")]

    operations = [
        migrations.CreateModel(
            name="EpidemicStock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "wide",
                        "place_id",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("wide", models.BooleanField()),
                ("place_id", models.IntegerField()),
                ("month", models.DateField()),
                ("value", models.IntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="epidemicchange",
            index=models.Index(
                "area_id",
                Greatest("day", "recorded_on"),
                condition=models.Q(measure="in_hospital"),
                name="epidemicchange_stock",
            ),
        ),
        migrations.AddIndex(
            model_name="epidemicprovincechange",
            index=models.Index(
                "province_id",
                Greatest("day", "recorded_on"),
                condition=models.Q(measure="in_hospital"),
                name="epidemicprovince_stock",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
