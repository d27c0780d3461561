from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0002_own_name")]

    operations = []
