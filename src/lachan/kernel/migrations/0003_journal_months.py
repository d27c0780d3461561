"""A month's partition can be made late: rows that had to wait in ``beyond`` move into it, and months are of UTC."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION kernel_ensure_journal_month(month date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', month::timestamp);
    lower timestamptz := first AT TIME ZONE 'UTC';
    upper timestamptz := (first + interval '1 month') AT TIME ZONE 'UTC';
    partition text := 'kernel_journal_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass(partition) IS NULL THEN
        LOCK TABLE kernel_journal_beyond IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE %I (LIKE kernel_journal INCLUDING DEFAULTS)', partition);
        EXECUTE format(
            'WITH moved AS (DELETE FROM kernel_journal_beyond WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
             INSERT INTO %I SELECT * FROM moved', lower, upper, partition);
        EXECUTE format(
            'ALTER TABLE kernel_journal ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, lower, upper);
    END IF;
    RETURN partition;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_journal")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
