"""Doses signed by heads of facilities stand on the debt meter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_debt")]

    operations = [
        migrations.AddField("debtday", "signed", models.IntegerField(db_default=0, default=0)),
        migrations.AddField("debtprovince", "signed", models.IntegerField(db_default=0, default=0)),
    ]
