"""The journal, partitioned by month; a function makes a month's partition, three months ahead to begin with."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE SEQUENCE kernel_journal_id;
CREATE TABLE kernel_journal (
    id bigint NOT NULL DEFAULT nextval('kernel_journal_id'),
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    happened_at timestamptz NOT NULL,
    actor uuid NOT NULL,
    verb text NOT NULL,
    subject uuid NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (xid, id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX kernel_journal_subject ON kernel_journal (subject);
CREATE TABLE kernel_journal_beyond PARTITION OF kernel_journal DEFAULT;

CREATE FUNCTION kernel_ensure_journal_month(month date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', month);
    partition text := 'kernel_journal_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass(partition) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF kernel_journal FOR VALUES FROM (%L) TO (%L)',
            partition, first::timestamptz, (first + interval '1 month')::timestamptz);
    END IF;
    RETURN partition;
END $$;
SELECT kernel_ensure_journal_month((now() + make_interval(months => n))::date) FROM generate_series(0, 3) AS n;
"""

DROP = "DROP TABLE kernel_journal; DROP SEQUENCE kernel_journal_id; DROP FUNCTION kernel_ensure_journal_month"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
