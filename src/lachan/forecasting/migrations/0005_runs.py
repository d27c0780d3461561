from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forecasting", "0004_demand")]
    operations = [
        migrations.AddField(
            model_name="run",
            name="parts",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
