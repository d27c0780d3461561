"""Sessions to come and the tally at closing time."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("immunization", "0004_harm")]

    operations = []
