"""Sums by measure instead of by product and number: tens of rows a day, not thousands. They start empty: rebuild."""

from __future__ import annotations

from django.db import migrations, models


def _table(name: str, *key: tuple[str, models.Field]) -> migrations.CreateModel:
    columns = (*key, ("slot", models.SmallIntegerField()))
    pk = models.CompositePrimaryKey(
        *(column for column, _ in columns), blank=True, editable=False, primary_key=True, serialize=False
    )
    sums = [(measure, models.IntegerField()) for measure in ("doses", "first", "completed", "boosters")]
    return migrations.CreateModel(name=name, fields=[("pk", pk), *columns, *sums])


_PROVINCE = ("province_id", models.IntegerField())


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_rollups")]
    operations = [
        migrations.DeleteModel("CoverageCommune"),
        migrations.DeleteModel("CoverageAge"),
        migrations.DeleteModel("CoverageDay"),
        _table("CoverageCommune", ("residence_id", models.IntegerField())),
        _table(
            "CoverageAge", _PROVINCE, ("age_band", models.SmallIntegerField()), ("sex", models.CharField(max_length=1))
        ),
        _table("CoverageDay", ("day", models.DateField()), _PROVINCE),
    ]
