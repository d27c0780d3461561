"""Pairs of records that may be one person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0003_verification")]

    operations = []
