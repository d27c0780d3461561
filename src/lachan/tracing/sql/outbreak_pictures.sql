-- name: links_between_cases
-- Who of these people was a close contact of which of these cases; also those whom becoming a case took off the list.
SELECT case_id, person_id, extract(epoch FROM first_exposure)::float8, extract(epoch FROM last_exposure)::float8,
    seconds
FROM tracing_link
WHERE person_id = ANY(%(people)s::uuid[]) AND case_id = ANY(%(cases)s::uuid[]) AND level = 1
    AND disease = %(disease)s::text AND (state = 'standing' OR release_reason = 'case')
ORDER BY case_id, person_id

-- name: contacts_by_case
-- How many stand on the list of each of these cases: F1, F2.
SELECT case_id, count(*) FILTER (WHERE level = 1), count(*) FILTER (WHERE level = 2)
FROM tracing_link WHERE case_id = ANY(%(cases)s::uuid[]) AND state = 'standing' GROUP BY case_id

-- name: lists_state
-- What changes when any list of a disease is worked out anew.
SELECT count(*), coalesce(sum(revision), 0), max(computed_at) FROM tracing_caselist WHERE disease = %(disease)s::text

-- name: stays_in_areas
-- Places where cases were lately, one row a place, the latest first; without areas those of the nation.
SELECT place_id, min(area_id), count(DISTINCT case_id), count(*), min(t_in), max(t_out), sum(others)::int,
    sum(listed)::int, count(*) FILTER (WHERE warned_at IS NULL), max(warned_at)
FROM tracing_casestay
WHERE t_out >= %(since)s::timestamptz AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND (%(disease)s::text = '' OR disease = %(disease)s)
GROUP BY place_id ORDER BY max(t_out) DESC, place_id LIMIT %(most)s

-- name: stays_by_area
-- Figures of places with exposure, commune by commune: places, cases, people there, listed, places not told.
SELECT area_id, count(DISTINCT place_id), count(DISTINCT case_id), sum(others)::int, sum(listed)::int,
    count(DISTINCT place_id) FILTER (WHERE warned_at IS NULL)
FROM tracing_casestay
WHERE t_out >= %(since)s::timestamptz AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND (%(disease)s::text = '' OR disease = %(disease)s)
GROUP BY area_id
