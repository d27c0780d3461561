"""Narrow sums instead of wide ones: by commune, province, age and day. They start empty: rebuild from the doses."""

from __future__ import annotations

from django.db import migrations, models


def _table(name: str, *key: tuple[str, models.Field]) -> migrations.CreateModel:
    pk = models.CompositePrimaryKey(
        *(column for column, _ in key), blank=True, editable=False, primary_key=True, serialize=False
    )
    sums = [("doses", models.IntegerField()), ("completed", models.IntegerField())]
    return migrations.CreateModel(name=name, fields=[("pk", pk), *key, *sums])


def _small(name: str) -> tuple[str, models.Field]:
    return (name, models.SmallIntegerField())


_PROVINCE = ("province_id", models.IntegerField())
_DOSE = (_small("product_id"), _small("dose_number"))
_SEX = ("sex", models.CharField(max_length=1))


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]
    operations = [
        migrations.DeleteModel("CoverageDay"),
        migrations.DeleteModel("CoverageProvince"),
        _table("CoverageCommune", ("residence_id", models.IntegerField()), *_DOSE),
        _table("CoverageProvince", _PROVINCE, *_DOSE, _small("slot")),
        _table("CoverageAge", _PROVINCE, _small("age_band"), _SEX, *_DOSE, _small("slot")),
        _table("CoverageDay", ("day", models.DateField()), _PROVINCE, *_DOSE, _small("slot")),
    ]
