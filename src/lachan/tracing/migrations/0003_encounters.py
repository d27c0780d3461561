from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_visits")]

    operations = []
