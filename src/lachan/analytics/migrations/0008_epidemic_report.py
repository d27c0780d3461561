"""What became known on each day by commune: where it grows is asked of thousands of communes at once."""

from __future__ import annotations

from django.db import migrations, models

FILL = """
INSERT INTO analytics_epidemicreport (disease, measure, recorded_on, area_id, value)
SELECT disease, measure, recorded_on, area_id, sum(delta) FROM analytics_epidemicchange
WHERE measure IN ('cases', 'deaths') AND recorded_on - day <= 60
GROUP BY 1, 2, 3, 4
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_epidemic_reads")]

    operations = [
        migrations.CreateModel(
            name="EpidemicReport",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "disease",
                        "measure",
                        "recorded_on",
                        "area_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("recorded_on", models.DateField()),
                ("area_id", models.IntegerField()),
                ("value", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
