"""The stock book to the vial."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("immunization", "0001_initial")]

    operations = []
