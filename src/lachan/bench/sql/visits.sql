-- name: forget_visits
-- Begin again: everything a measurement of visits wrote goes.
TRUNCATE tracing_visit, tracing_visitbatch, tracing_subject, tracing_visitcall, tracing_refusedvisit, tracing_doordevice

-- name: make_visit_twin
-- The table of visits again, empty, not partitioned, with its key and its index.
CREATE TABLE bench_visit_twin (LIKE tracing_visit INCLUDING ALL)

-- name: drop_visit_twin
-- And away with it.
DROP TABLE IF EXISTS bench_visit_twin

-- name: visits_for_twin
-- The visits just recorded, in the order of their check-in, as they arrive.
SELECT place_id, t_in, t_out, subject, source, provisional FROM tracing_visit ORDER BY t_in, place_id LIMIT %s

-- name: bare_visit_insert
-- A batch of the same rows by plain psycopg.
INSERT INTO bench_visit_twin (place_id, t_in, t_out, subject, source, provisional)
SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::smallint[], %s::bool[])

-- name: count_visits
-- How many visits there are.
SELECT count(*) FROM tracing_visit

-- name: readable_batches
-- Rows of visits that a reader of the outbox may have: those below the oldest running transaction.
SELECT coalesce(sum(rows), 0)::bigint FROM tracing_visitbatch WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
