"""What the population register says of each person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0002_merging")]

    operations = []
