"""Plans, temperatures and recalls."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("immunization", "0002_stock")]

    operations = []
