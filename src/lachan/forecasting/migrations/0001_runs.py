import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AlarmStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "alarm_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("alarm_id", models.UUIDField()),
                ("number", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("state", models.TextField()),
                ("reason", models.TextField()),
                ("cluster", models.TextField(db_default="", default="")),
                ("outcome", models.TextField(db_default="", default="")),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "part", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.UUIDField()),
                ("part", models.TextField()),
                ("done_at", models.DateTimeField()),
                ("rows", models.IntegerField()),
                ("seconds", models.FloatField()),
                ("found", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("area_id", models.IntegerField()),
                ("disease", models.TextField()),
                ("measure", models.TextField()),
                ("opened_on", models.DateField()),
                ("last_on", models.DateField()),
                ("methods", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("strength", models.SmallIntegerField()),
                ("ratio", models.FloatField(null=True)),
                ("observed", models.FloatField()),
                (
                    "beside",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("run_id", models.UUIDField()),
                ("state", models.TextField()),
                ("changed_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("reason", models.TextField(db_default="", default="")),
                ("cluster", models.TextField(db_default="", default="")),
                ("outcome", models.TextField(db_default="", default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("source"), models.F("state"), models.F("last_on"), models.F("id"), name="alarm_list"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("source", "area_id", "disease", "measure"),
                        name="alarm_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "acknowledged", "followed", "closed"])),
                        name="alarm_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "run_id",
                        "disease",
                        "measure",
                        "horizon",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("horizon", models.SmallIntegerField()),
                ("target_end", models.DateField()),
                ("quantiles", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ("baseline", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                (
                    "notes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="forecast_run")],
            },
        ),
        migrations.CreateModel(
            name="Input",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "run_id",
                        "disease",
                        "measure",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("ends_on", models.DateField()),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="forecast_input_run")],
            },
        ),
        migrations.CreateModel(
            name="Nowcast",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "run_id",
                        "disease",
                        "measure",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("first_day", models.DateField()),
                (
                    "reported",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                ("q05", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("q25", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("q50", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("q75", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("q95", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("reporter", models.TextField()),
                ("shifted", models.BooleanField()),
                ("since", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="nowcast_run")],
            },
        ),
        migrations.CreateModel(
            name="Raised",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "run_id",
                        "disease",
                        "measure",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("methods", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("strength", models.SmallIntegerField()),
                ("ratio", models.FloatField(null=True)),
                ("observed", models.FloatField()),
                (
                    "beside",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="raised_run")],
            },
        ),
        migrations.CreateModel(
            name="Rt",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id", "run_id", "disease", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_day", models.DateField()),
                (
                    "median",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                ("low", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("high", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
                ("reason", models.TextField(db_default="", default="")),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="rt_run")],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("as_of", models.DateField()),
                ("of_map", models.TextField()),
                ("status", models.TextField()),
                ("reason", models.TextField(db_default="", default="")),
                ("params", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("engine", models.TextField()),
                ("inputs", models.TextField()),
                ("card", models.JSONField(null=True)),
                ("seal", models.TextField(db_default="", default="")),
                ("released_by", models.UUIDField(null=True)),
                ("released_reason", models.TextField(db_default="", default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "as_of"), name="run_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "published", "blocked", "failed"])),
                        name="run_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(("seal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="run_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("area_id", models.IntegerField()),
                ("run_id", models.UUIDField()),
                ("disease", models.TextField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_id",
                        "run_id",
                        "disease",
                        "measure",
                        "horizon",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("horizon", models.SmallIntegerField()),
                ("target_end", models.DateField()),
                ("truth", models.FloatField()),
                ("truth_as_of", models.DateField()),
                ("wis", models.FloatField()),
                ("wis_base", models.FloatField()),
                ("covered50", models.BooleanField()),
                ("covered90", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(models.F("run_id"), name="score_run")],
            },
        ),
        migrations.CreateModel(
            name="Memory",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "target",
                        "version",
                        "reference",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.TextField()),
                ("target", models.TextField()),
                ("version", models.TextField()),
                ("reference", models.DateField()),
                ("content", models.BinaryField()),
            ],
        ),
    ]
