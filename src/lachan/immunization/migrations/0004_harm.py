"""Reactions and what is found out about them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("immunization", "0003_supply")]

    operations = []
