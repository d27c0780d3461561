from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forecasting", "0004_demand")]
    operations = [
        migrations.AddField(
            model_name="run",
            name="parts",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveIndex(model_name="alarm", name="alarm_list"),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                models.F("source"),
                models.F("state"),
                models.OrderBy(models.F("last_on"), descending=True),
                models.OrderBy(models.F("strength"), descending=True),
                models.F("id"),
                name="alarm_page",
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(models.F("source"), models.F("area_id"), models.F("state"), name="alarm_area"),
        ),
    ]
