"""Visits in partitions of a day (UTC), their outbox, pseudonyms, devices at doors, proofs of deletion."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import lachan.kernel.ids

# One key serves both: a visit once, and everybody at a place in a span of time without touching the heap.
VISITS = """
CREATE TABLE tracing_visit (
    place_id bigint NOT NULL,
    t_in timestamptz NOT NULL,
    t_out timestamptz NOT NULL,
    subject bigint NOT NULL,
    source smallint NOT NULL,
    provisional boolean NOT NULL,
    CONSTRAINT tracing_visit_once PRIMARY KEY (place_id, t_in, subject) INCLUDE (t_out),
    CONSTRAINT tracing_visit_stay CHECK (t_out >= t_in AND t_out <= t_in + interval '12 hours')
) PARTITION BY RANGE (t_in);
CREATE INDEX tracing_visit_subject ON tracing_visit (subject, t_in);

CREATE FUNCTION tracing_ensure_visit_day(day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    lower timestamptz := day::timestamp AT TIME ZONE 'UTC';
    upper timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
    partition text := 'tracing_visit_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF to_regclass(partition) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('tracing.visit_days'));
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF tracing_visit FOR VALUES FROM (%L) TO (%L)',
                       partition, lower, upper);
    END IF;
    RETURN partition;
END $$;
SELECT tracing_ensure_visit_day((now() AT TIME ZONE 'UTC')::date + n) FROM generate_series(-22, 3) AS n;

CREATE SEQUENCE tracing_visitbatch_id;
CREATE TABLE tracing_visitbatch (
    id bigint NOT NULL DEFAULT nextval('tracing_visitbatch_id'),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    first_day date NOT NULL,
    last_day date NOT NULL,
    rows integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (xid, id)
);
ALTER TABLE tracing_visitbatch ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX tracing_visitbatch_days ON tracing_visitbatch (last_day);
"""

DROP = """
DROP TABLE tracing_visitbatch;
DROP SEQUENCE tracing_visitbatch_id;
DROP TABLE tracing_visit;
DROP FUNCTION tracing_ensure_visit_day
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "place_id",
                        "t_in",
                        "subject",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("place_id", models.BigIntegerField()),
                ("t_in", models.DateTimeField()),
                ("t_out", models.DateTimeField()),
                ("subject", models.BigIntegerField()),
                ("source", models.SmallIntegerField()),
                ("provisional", models.BooleanField()),
            ],
            options={"db_table": "tracing_visit", "managed": False},
        ),
        migrations.CreateModel(
            name="VisitBatch",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "xid", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("xid", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("rows", models.IntegerField()),
                ("content", models.BinaryField()),
            ],
            options={"db_table": "tracing_visitbatch", "managed": False},
        ),
        migrations.RunSQL(VISITS, DROP),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("rows", models.BigIntegerField()),
                ("venues", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("batches", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("subjects", models.IntegerField()),
                ("segments", models.IntegerField()),
                ("kept_days", models.SmallIntegerField()),
                ("rule", models.TextField()),
                ("dropped_at", models.DateTimeField()),
                ("actor_id", models.UUIDField()),
                ("actor_label", models.TextField()),
                ("previous", models.BinaryField()),
                ("proof", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="DoorDevice",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("label", models.TextField()),
                ("venue_ids", models.JSONField(default=list)),
                ("pairing_hash", models.BinaryField(null=True)),
                ("pairing_until", models.DateTimeField(null=True)),
                ("prefix", models.TextField(null=True, unique=True)),
                ("hash", models.BinaryField(null=True)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("paired_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("latest_at", models.DateTimeField(null=True)),
                ("waiting", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("pairing_hash"), name="doordevice_pairing"),
                    django.contrib.postgres.indexes.GinIndex(models.F("venue_ids"), name="doordevice_venues"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))), name="doordevice_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedVisit",
            fields=[
                ("id", models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("place_id", models.BigIntegerField(null=True)),
                ("subject", models.BigIntegerField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("sender", models.UUIDField()),
                ("reason", models.TextField()),
                ("params", models.JSONField(default=dict)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("place_id"), models.F("recorded_at"), name="refusedvisit_place"),
                    models.Index(models.F("recorded_at"), name="refusedvisit_recorded"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("subject", models.BigIntegerField(primary_key=True, serialize=False)),
                ("proof", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("place_id", models.BigIntegerField(null=True)),
                ("t_in", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("t_out", models.DateTimeField(null=True)),
                ("provisional", models.BooleanField(default=False)),
            ],
        ),
        # room in each page for the next scan of the same people: their rows move without touching the index
        migrations.RunSQL("ALTER TABLE tracing_subject SET (fillfactor = 70)", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="VisitCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sender", models.UUIDField()),
                ("content_hash", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                ("answer", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(models.F("recorded_at"), name="visitcall_recorded")],
            },
        ),
    ]
