-- name: append_journal
-- Facts in, one row each; transaction id and recording time are the database's.
INSERT INTO kernel_journal (verb, subject, happened_at, actor, body)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::json[])

-- name: claim_journal_cursor
-- Make the reader's cursor if it is new and lock it; no row when another process holds it.
WITH made AS (
    INSERT INTO kernel_journalcursor (reader, xid, row_id) VALUES (%s, 0, 0) ON CONFLICT DO NOTHING
    RETURNING xid, row_id
), held AS (
    SELECT xid, row_id FROM kernel_journalcursor WHERE reader = %s FOR UPDATE SKIP LOCKED
)
SELECT xid, row_id FROM made UNION ALL SELECT xid, row_id FROM held LIMIT 1

-- name: read_journal
-- Rows behind the cursor and below the oldest running transaction, in commit-safe order.
SELECT xid, id, verb, subject, happened_at, recorded_at, actor, body
FROM kernel_journal
WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY xid, id
LIMIT %s

-- name: glance_journal
-- Of the same rows those of some verbs, without their bodies, and always the last, marked, so that the cursor can move.
WITH batch AS (
    SELECT xid, id, verb, subject, happened_at, recorded_at, actor, body FROM kernel_journal
    WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY xid, id
    LIMIT %s
), counted AS (
    SELECT batch.*, count(*) OVER () AS rows, lead(id) OVER (ORDER BY xid, id) IS NULL AS last,
           verb LIKE ANY (%s::text[]) AND NOT CASE WHEN verb = %s THEN body::jsonb @> %s::jsonb ELSE false END AS wanted
    FROM batch
)
SELECT xid, id, verb, subject, happened_at, recorded_at, actor, wanted, rows::int FROM counted WHERE wanted OR last
ORDER BY xid, id

-- name: journal_subjects
-- Of the same rows whom those of some verbs are about, and how far they go: one row, none where there is nothing to read.
WITH batch AS MATERIALIZED (
    SELECT xid, id, verb, subject, recorded_at FROM kernel_journal
    WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY xid, id
    LIMIT %s
), latest AS (
    SELECT subject, max(recorded_at) AS at FROM batch WHERE verb LIKE ANY (%s::text[]) GROUP BY subject
)
SELECT last.xid, last.id, (SELECT count(*) FROM batch)::int, count(subject)::int,
       coalesce(array_agg(subject ORDER BY subject) FILTER (WHERE subject IS NOT NULL), '{}')::text,
       coalesce(array_agg(at ORDER BY subject) FILTER (WHERE subject IS NOT NULL), '{}')::text
FROM (SELECT xid, id FROM batch ORDER BY xid DESC, id DESC LIMIT 1) AS last LEFT JOIN latest ON true
GROUP BY last.xid, last.id

-- name: move_journal_cursor
-- Remember how far the reader came.
UPDATE kernel_journalcursor SET xid = %s, row_id = %s WHERE reader = %s

-- name: rewind_journal_cursor
-- Begin again at the first row.
UPDATE kernel_journalcursor SET xid = 0, row_id = 0 WHERE reader = %s

-- name: journal_of_subject
-- What happened to one subject, newest first.
SELECT xid, id, verb, subject, happened_at, recorded_at, actor, body
FROM kernel_journal WHERE subject = %s ORDER BY recorded_at DESC, id DESC LIMIT %s

-- name: journal_touched
-- Subjects of a list about whom one actor recorded something that happened between two moments, one kind of fact left out.
SELECT DISTINCT subject FROM kernel_journal
WHERE actor = %s::uuid AND subject = ANY (%s::uuid[]) AND happened_at >= %s::timestamptz
  AND happened_at < %s::timestamptz AND verb <> %s::text

-- name: ensure_journal_month
-- The partition of one month; the monthly job and the first migration call it.
SELECT kernel_ensure_journal_month(%s::date)

-- name: unread_since
-- When the first row behind a reader's cursor was recorded, readable already or not; null: the reader has had them all.
SELECT min(recorded_at) FROM kernel_journal
WHERE (xid, id) > (SELECT coalesce(max(xid), 0), coalesce(max(row_id), 0) FROM kernel_journalcursor WHERE reader = %s)

-- name: unread_rows
-- Rows behind a reader's cursor, in order, readable already or not; the cursor stays where it is.
SELECT xid, id, verb, subject, happened_at, recorded_at, actor, body FROM kernel_journal
WHERE (xid, id) > (SELECT coalesce(max(xid), 0), coalesce(max(row_id), 0) FROM kernel_journalcursor WHERE reader = %s)
ORDER BY xid, id
