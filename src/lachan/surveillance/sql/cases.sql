-- name: cases_of_persons
-- Every case of some persons, whole, the earliest first.
SELECT to_jsonb(found)::text FROM surveillance_case found
WHERE person_id = ANY(%s::uuid[])
ORDER BY person_id, happened_at, id

-- name: cases_by_id
-- Cases by their id.
SELECT to_jsonb(found)::text FROM surveillance_case found WHERE id = ANY(%s::uuid[])

-- name: page_of_case_people
-- The next people with a case or a positive result that stands, and of which diseases.
SELECT person_id, array_agg(DISTINCT disease ORDER BY disease)
FROM (
    SELECT person_id, disease FROM surveillance_case WHERE person_id > %(after)s
    UNION ALL
    SELECT person_id, disease FROM surveillance_result
    WHERE person_id > %(after)s AND status = 'standing' AND outcome = 'positive') AS concerned
GROUP BY person_id ORDER BY person_id LIMIT %(most)s

-- name: put_cases
-- Cases as they are now, new or known.
INSERT INTO surveillance_case AS old
SELECT filled.* FROM unnest(%s::jsonb[]) AS kept,
    LATERAL jsonb_populate_record(NULL::surveillance_case, kept) AS filled
ON CONFLICT (person_id, id) DO UPDATE SET
    happened_at = EXCLUDED.happened_at, classification = EXCLUDED.classification, is_open = EXCLUDED.is_open,
    definition = EXCLUDED.definition, reason = EXCLUDED.reason, results = EXCLUDED.results,
    held_class = EXCLUDED.held_class, held_at = EXCLUDED.held_at, joined_into = EXCLUDED.joined_into,
    sampled_at = EXCLUDED.sampled_at, result_at = EXCLUDED.result_at, suspected_at = EXCLUDED.suspected_at,
    symptomatic = EXCLUDED.symptomatic, symptoms = EXCLUDED.symptoms, onset_on = EXCLUDED.onset_on,
    link = EXCLUDED.link, infected_from = EXCLUDED.infected_from, source_case_id = EXCLUDED.source_case_id,
    imported_from = EXCLUDED.imported_from, cluster = EXCLUDED.cluster, severity = EXCLUDED.severity,
    hospital = EXCLUDED.hospital, outcome = EXCLUDED.outcome, outcome_on = EXCLUDED.outcome_on,
    isolated_at = EXCLUDED.isolated_at, isolation_kind = EXCLUDED.isolation_kind,
    isolation_place = EXCLUDED.isolation_place, ended_at = EXCLUDED.ended_at, end_rule = EXCLUDED.end_rule,
    area_id = EXCLUDED.area_id, facility_id = EXCLUDED.facility_id, changed_at = EXCLUDED.changed_at,
    version = EXCLUDED.version

-- name: insert_case_classes
-- Classes that cases were given, with why.
INSERT INTO surveillance_caseclass (
    actor_id, recorded_at, id, person_id, happened_at, case_id, before, classification, definition, reason, cause,
    results)
SELECT %s::uuid, %s::timestamptz, * FROM unnest(
    %s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::jsonb[])

-- name: insert_case_notes
-- What was said of cases, sealed.
INSERT INTO surveillance_casenote (actor_id, recorded_at, id, person_id, happened_at, case_id, kind, content)
SELECT %s::uuid, %s::timestamptz, * FROM unnest(
    %s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::bytea[])

-- name: stand_back
-- Open cases of one person that would meet an open one of the same disease with another: closed before they move.
UPDATE surveillance_case AS going SET is_open = false
WHERE going.person_id = %s::uuid AND going.is_open AND going.disease IN (
    SELECT staying.disease FROM surveillance_case staying WHERE staying.person_id = %s::uuid AND staying.is_open)

-- name: cases_page
-- Cases of some areas (null: of the nation), the latest recorded first.
SELECT to_jsonb(found)::text FROM surveillance_case found
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND (NOT %(open)s OR is_open)
    AND (%(disease)s::text = '' OR disease = %(disease)s)
    AND (%(class)s::text = '' OR classification = %(class)s)
    AND (%(cluster)s::text = '' OR cluster = %(cluster)s)
    AND (NOT %(ended)s OR ended_at IS NOT NULL)
    AND (NOT %(loose)s OR (isolated_at IS NULL AND classification IN ('confirmed', 'probable')))
    AND (recorded_at, id) < (%(before)s::timestamptz, %(before_id)s::uuid)
ORDER BY recorded_at DESC, id DESC LIMIT %(most)s

-- name: case_counts
-- Of the cases of some areas: recorded since a moment, open, open by class, open and nowhere isolated, gravely ill.
SELECT count(*) FILTER (WHERE recorded_at >= %(since)s::timestamptz), count(*) FILTER (WHERE is_open),
    count(*) FILTER (WHERE is_open AND classification = 'confirmed'),
    count(*) FILTER (WHERE is_open AND classification IN ('suspected', 'probable')),
    count(*) FILTER (WHERE is_open AND isolated_at IS NULL AND classification IN ('confirmed', 'probable')),
    count(*) FILTER (WHERE is_open AND severity IN ('severe', 'critical'))
FROM surveillance_case
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND (is_open OR recorded_at >= %(since)s::timestamptz) AND joined_into IS NULL

-- name: cases_by_codes
-- Cases of some areas under numbers as people say them.
SELECT to_jsonb(found)::text FROM surveillance_case found
WHERE code = ANY(%(codes)s::text[]) AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))

-- name: case_classes
-- Every class a case was given, in order.
SELECT happened_at, recorded_at, actor_id, before, classification, definition, reason, cause
FROM surveillance_caseclass WHERE person_id = %s::uuid AND case_id = %s::uuid ORDER BY recorded_at, id

-- name: case_notes
-- Everything that was said of a case, in order.
SELECT happened_at, recorded_at, actor_id, kind, content
FROM surveillance_casenote WHERE person_id = %s::uuid AND case_id = %s::uuid ORDER BY recorded_at, id
