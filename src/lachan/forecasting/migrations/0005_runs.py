from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("forecasting", "0004_demand")]
    operations = []
