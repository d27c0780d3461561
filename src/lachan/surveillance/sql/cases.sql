-- name: cases_of_persons
-- Every case of some persons, whole, the earliest first.
SELECT to_jsonb(found)::text FROM surveillance_case found
WHERE person_id = ANY(%s::uuid[])
ORDER BY person_id, happened_at, id

-- name: cases_by_id
-- Cases by their id.
SELECT to_jsonb(found)::text FROM surveillance_case found WHERE id = ANY(%s::uuid[])

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
