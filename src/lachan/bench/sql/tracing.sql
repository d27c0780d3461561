-- name: filled_visits
-- How many visits there are, by the planner's count.
SELECT coalesce(sum(reltuples), 0)::bigint FROM pg_class
WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'tracing_visit'::regclass) AND reltuples > 0

-- name: forget_tracing
-- Begin again: visits, pseudonyms and everything lists wrote.
TRUNCATE tracing_visit, tracing_visitbatch, tracing_subject, tracing_request, tracing_caselist, tracing_link,
    tracing_watch, tracing_casestay, tracing_task, tracing_call, immunization_message

-- name: forget_lists
-- What lists and their cases wrote, with the same visits.
TRUNCATE tracing_request, tracing_caselist, tracing_link, tracing_watch, tracing_casestay, tracing_task, tracing_call,
    immunization_message, surveillance_case, surveillance_caseclass, surveillance_casenote, surveillance_result,
    surveillance_sample

-- name: make_bench_venues
-- So many places, spread over the communes, markets and closed rooms as the visits have them.
INSERT INTO places_venue (id, code, name, search_name, kind, area_id, address, closed, active, code_version,
                          rotate_minutes, registered_at, changed_at)
SELECT %s::bigint + n, 'B' || n, 'Địa điểm ' || n, 'dia diem ' || n, 'market', (%s::int[])[1 + n %% %s::int], '',
       (%s::bool[])[n], true, 1, 0, now(), now()
FROM generate_series(1, %s::int) AS n
ON CONFLICT (id) DO NOTHING

-- name: some_people
-- People to visit places, in an order that has nothing to do with where they live.
SELECT id FROM people_person WHERE merged_into IS NULL ORDER BY md5(id::text) LIMIT %s

-- name: visits_partition
-- The table of one day's visits, made if it is missing.
SELECT tracing_ensure_visit_day(%s::date)

-- name: filled_partitions
-- The planner told of what was filled.
ANALYZE tracing_visit
