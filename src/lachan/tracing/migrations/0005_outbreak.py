"""The officers' line list: by place, by time and by how pressing, without reading everybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0004_work")]

    operations = [
        migrations.AddIndex(
            "watch",
            models.Index(
                models.F("area_id"), models.F("listed_at").desc(), models.F("id").desc(), name="watch_area_listed"
            ),
        ),
        migrations.AddIndex(
            "watch", models.Index(models.F("listed_at").desc(), models.F("id").desc(), name="watch_listed")
        ),
        migrations.AddIndex("watch", models.Index(models.F("score").desc(), models.F("id").desc(), name="watch_score")),
        migrations.AddIndex(
            "watch",
            models.Index(
                models.F("listed_at").desc(),
                models.F("id").desc(),
                name="watch_unreached",
                condition=models.Q(("reached_at__isnull", True), ("state", "open")),
            ),
        ),
    ]
