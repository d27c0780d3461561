"""What is owed: given, recorded, matched, held, refused."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_measured")]

    operations = []
