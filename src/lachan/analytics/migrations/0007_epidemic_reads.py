"""What readers of series ask, whichever table answers: communes or provinces, as known now or dated.

``wide`` and ``dated`` are constants of each branch. A statement that names them is planned over one table only.
"""

from __future__ import annotations

from django.db import migrations

VIEW = """
CREATE VIEW analytics_epidemicknown AS
SELECT false AS wide, false AS dated, disease, measure, area_id AS place_id, day, '-infinity'::date AS recorded_on, value
FROM analytics_epidemicday
UNION ALL
SELECT false, true, disease, measure, area_id, day, recorded_on, delta FROM analytics_epidemicchange
UNION ALL
SELECT true, false, disease, measure, province_id, day, '-infinity', value FROM analytics_epidemicprovinceday
UNION ALL
SELECT true, true, disease, measure, province_id, day, recorded_on, delta FROM analytics_epidemicprovincechange
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_epidemic")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW analytics_epidemicknown")]
