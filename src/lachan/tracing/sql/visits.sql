-- name: keep_subjects
-- Whom new pseudonyms stand for; of those never seen at a venue, when they were last needed.
INSERT INTO tracing_subject AS kept (subject, proof, sealed, provisional, seen_at)
SELECT subject, proof, sealed, false, now() FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS new (subject, proof, sealed)
ON CONFLICT (subject) DO UPDATE SET seen_at = excluded.seen_at
WHERE kept.t_in IS NULL AND (kept.seen_at IS NULL OR kept.seen_at < excluded.seen_at - interval '12 hours')

-- name: colliding_subjects
-- Pseudonyms that stand for somebody else already.
SELECT kept.subject FROM unnest(%s::bigint[], %s::bigint[]) AS asked (subject, proof)
JOIN tracing_subject kept ON kept.subject = asked.subject WHERE kept.proof <> asked.proof

-- name: subjects_sealed
-- Whom pseudonyms stand for, sealed.
SELECT subject, sealed FROM tracing_subject WHERE subject = ANY(%s::bigint[])

-- name: latest_stays
-- The latest stay of each of these, as numbers; all the judging of a scan needs, in one look at one table.
SELECT subject, proof, place_id, extract(epoch FROM t_in)::bigint, extract(epoch FROM t_out)::bigint,
       extract(epoch FROM seen_at)::bigint, provisional
FROM tracing_subject WHERE subject = ANY(%s::bigint[])

-- name: stays_between
-- Stays of a few people that began in a span of time: for scans that come in late.
SELECT subject, place_id, extract(epoch FROM t_in)::bigint, extract(epoch FROM t_out)::bigint, provisional, source
FROM tracing_visit
WHERE subject = ANY(%s::bigint[]) AND t_in >= to_timestamp(%s::bigint) AND t_in < to_timestamp(%s::bigint)
ORDER BY subject, t_in

-- name: source_of_visit
-- How the scan came about that a stay rests on.
SELECT source FROM tracing_visit WHERE place_id = %s AND t_in = to_timestamp(%s::bigint) AND subject = %s

-- name: write_visits
-- New stays, and stays whose end is known better now.
INSERT INTO tracing_visit AS kept (place_id, t_in, t_out, subject, source, provisional)
SELECT place_id, to_timestamp(t_in), to_timestamp(t_out), subject, source, provisional
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::bool[])
     AS new (place_id, t_in, t_out, subject, source, provisional)
ON CONFLICT (place_id, t_in, subject) DO UPDATE SET t_out = excluded.t_out, provisional = excluded.provisional

-- name: write_subjects
-- Pseudonyms seen for the first time, with their stay.
INSERT INTO tracing_subject AS kept (subject, proof, sealed, place_id, t_in, t_out, seen_at, provisional)
SELECT subject, proof, sealed, place_id, to_timestamp(t_in), to_timestamp(t_out), to_timestamp(seen), provisional
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bool[])
     AS new (subject, proof, sealed, place_id, t_in, t_out, seen, provisional)

-- name: move_subjects
-- The latest stay of pseudonyms that are known.
UPDATE tracing_subject kept
SET place_id = new.place_id, t_in = to_timestamp(new.t_in), t_out = to_timestamp(new.t_out),
    seen_at = to_timestamp(new.seen), provisional = new.provisional
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bool[])
     AS new (subject, place_id, t_in, t_out, seen, provisional)
WHERE kept.subject = new.subject

-- name: hand_on_visits
-- What this transaction wrote, for the answer store.
INSERT INTO tracing_visitbatch (first_day, last_day, rows, content) VALUES (%s::date, %s::date, %s::int, %s::bytea)

-- name: keep_refused
-- Visits that were not recorded, with what was sent.
INSERT INTO tracing_refusedvisit (id, place_id, subject, happened_at, recorded_at, sender, reason, params, sealed)
SELECT id, place_id, subject, happened_at, %s::timestamptz, %s::uuid, reason, params, sealed
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::jsonb[], %s::bytea[])
     AS new (id, place_id, subject, happened_at, reason, params, sealed)

-- name: refused_visits_since
-- How many visits a venue's door refused since a moment, by reason.
SELECT reason, count(*) FROM tracing_refusedvisit WHERE place_id = %s::bigint AND recorded_at >= %s::timestamptz
GROUP BY reason ORDER BY count(*) DESC, reason

-- name: visit_call
-- What a call was answered when it came first.
SELECT sender, content_hash, answer FROM tracing_visitcall WHERE id = %s::uuid

-- name: keep_visit_call
-- A call and its answer.
INSERT INTO tracing_visitcall (id, sender, content_hash, recorded_at, answer)
VALUES (%s::uuid, %s::uuid, %s::bytea, %s::timestamptz, %s::jsonb)

-- name: ensure_visit_day
-- The partition of one day (UTC).
SELECT tracing_ensure_visit_day(%s::date)

-- name: visit_days
-- Days that have a partition, oldest first.
SELECT to_date(right(child.relname, 8), 'YYYYMMDD') FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = 'tracing_visit'::regclass AND child.relname ~ '^tracing_visit_[0-9]{8}$'
ORDER BY 1

-- name: drop_visit_batches
-- Rows of the outbox whose visits are all as old as a day that is dropped.
DELETE FROM tracing_visitbatch WHERE last_day <= %s::date

-- name: drop_refused_visits
-- Refused visits from before a moment.
DELETE FROM tracing_refusedvisit WHERE recorded_at < %s::timestamptz

-- name: drop_visit_calls
-- Calls from before a moment.
DELETE FROM tracing_visitcall WHERE recorded_at < %s::timestamptz

-- name: drop_unseen_subjects
-- Pseudonyms of whoever was not seen at a door since a moment, nor needed for what telephones or interviews told.
DELETE FROM tracing_subject WHERE coalesce(t_in, seen_at) < %s::timestamptz
