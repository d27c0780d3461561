from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("forecasting", "0002_report")]
    operations = []
