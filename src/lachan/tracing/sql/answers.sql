-- name: overlapping_stays
-- Who was at a place at the same time as some subjects, each overlap a row; what segments answer, from the truth itself.
-- Stays last 12 hours at most, so "left after" is "came after" and one span of the key. Joined by place: on a cluster
-- every node answers for its own places.
SELECT other.subject, extract(epoch FROM greatest(own.t_in, other.t_in))::bigint,
       extract(epoch FROM least(own.t_out, other.t_out))::bigint, own.place_id
FROM tracing_visit own
JOIN tracing_visit other ON other.place_id = own.place_id
    AND other.t_in > own.t_in - interval '12 hours' AND other.t_in < own.t_out
    AND other.t_out > own.t_in AND other.t_out > other.t_in
WHERE own.subject = ANY(%(subjects)s::bigint[]) AND other.subject <> ALL(%(subjects)s::bigint[])
  AND own.t_in > to_timestamp(%(since)s::bigint) - interval '12 hours' AND own.t_in < to_timestamp(%(until)s::bigint)
  AND own.t_out > to_timestamp(%(since)s::bigint) AND own.t_out > own.t_in
  AND other.t_in > to_timestamp(%(since)s::bigint) - interval '12 hours'
  AND other.t_in < to_timestamp(%(until)s::bigint) AND other.t_out > to_timestamp(%(since)s::bigint)

-- name: overlapping_stays_of_each
-- The same of several people, each from a time of their own; the first column says whose.
SELECT own.subject, other.subject, extract(epoch FROM greatest(own.t_in, other.t_in))::bigint,
       extract(epoch FROM least(own.t_out, other.t_out))::bigint, own.place_id
FROM unnest(%(subjects)s::bigint[], %(since)s::bigint[]) AS asked (subject, since)
JOIN tracing_visit own ON own.subject = asked.subject
    AND own.t_in > to_timestamp(asked.since) - interval '12 hours' AND own.t_out > to_timestamp(asked.since)
JOIN tracing_visit other ON other.place_id = own.place_id
    AND other.t_in > own.t_in - interval '12 hours' AND other.t_in < own.t_out
    AND other.t_out > own.t_in AND other.t_out > other.t_in
WHERE other.subject <> own.subject AND own.t_out > own.t_in
  AND own.t_in > to_timestamp(%(earliest)s::bigint) - interval '12 hours'
  AND own.t_in < to_timestamp(%(until)s::bigint)
  AND other.t_in > to_timestamp(%(earliest)s::bigint) - interval '12 hours'
  AND other.t_in < to_timestamp(%(until)s::bigint) AND other.t_out > to_timestamp(asked.since)

-- name: stays_of_subjects
-- Where some subjects were in a span of time, in order.
SELECT place_id, extract(epoch FROM t_in)::bigint, extract(epoch FROM t_out)::bigint, provisional FROM tracing_visit
WHERE subject = ANY(%(subjects)s::bigint[]) AND t_in > to_timestamp(%(since)s::bigint) - interval '12 hours'
  AND t_in < to_timestamp(%(until)s::bigint) AND t_out > to_timestamp(%(since)s::bigint)
ORDER BY t_in, place_id

-- name: guests_of_place
-- Who was at a place in a span of time, in order.
SELECT subject, extract(epoch FROM t_in)::bigint, extract(epoch FROM t_out)::bigint, provisional FROM tracing_visit
WHERE place_id = %(place)s::bigint AND t_in > to_timestamp(%(since)s::bigint) - interval '12 hours'
  AND t_in < to_timestamp(%(until)s::bigint) AND t_out > to_timestamp(%(since)s::bigint)
ORDER BY t_in, subject

-- name: crowds_of_places
-- How many different people were at each of some places in a span of time.
SELECT place_id, count(DISTINCT subject) FROM tracing_visit
WHERE place_id = ANY(%(places)s::bigint[]) AND t_in > to_timestamp(%(since)s::bigint) - interval '12 hours'
  AND t_in < to_timestamp(%(until)s::bigint) AND t_out > to_timestamp(%(since)s::bigint)
GROUP BY place_id

-- name: read_visit_day
-- Every visit that began in a span of time, for a segment.
COPY (SELECT place_id, subject, t_in, t_out, provisional FROM tracing_visit WHERE t_in >= %s AND t_in < %s)
TO STDOUT (FORMAT binary)

-- name: snapshot_now
-- Which transactions are over.
SELECT pg_current_snapshot()::text

-- name: visits_origin
-- Which database this is; another one where transactions are numbered from elsewhere: a restored copy, a promoted
-- standby.
SELECT system_identifier::text || '.' || timeline_id || '.' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system(), pg_control_checkpoint()

-- name: any_visit_between
-- Whether any visit began in a span of time.
SELECT EXISTS (SELECT FROM tracing_visit WHERE t_in >= %s AND t_in < %s)

-- name: visits_on_cluster
-- Whether visits lie on several nodes, which commit one after another.
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')

-- name: batches_after
-- Batches of visits behind the last one read, below the oldest running transaction, which one of their days has not seen.
SELECT xid::text::bigint, id, content FROM tracing_visitbatch
WHERE (xid, id) > (%s::text::xid8, %s::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
  AND EXISTS (SELECT FROM unnest(%s::date[], %s::bigint[]) AS known (day, xmin)
              WHERE known.day BETWEEN first_day AND last_day AND tracing_visitbatch.xid >= known.xmin::text::xid8)
ORDER BY xid, id
LIMIT %s

-- name: batches_waiting
-- Batches from a transaction on, without their visits: what days would gain by being sealed again.
SELECT xid::text::bigint, first_day, last_day, rows FROM tracing_visitbatch WHERE xid >= %s::text::xid8

-- name: oldest_batch
-- The oldest batch that is kept.
SELECT xid::text::bigint, id FROM tracing_visitbatch ORDER BY xid, id LIMIT 1

-- name: forget_batches
-- Batches that every sealed day has seen go when they are old enough; one stays, by which it shows that others went.
DELETE FROM tracing_visitbatch
WHERE xid < %s::text::xid8 AND recorded_at < %s AND (xid, id) < (SELECT xid, id FROM tracing_visitbatch
                                                                ORDER BY xid DESC, id DESC LIMIT 1)
