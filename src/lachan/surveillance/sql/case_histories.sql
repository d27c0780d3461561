-- name: case_histories
-- Published to the figures of the epidemic: cases of some persons, whole, each with its classes and what was said of it
-- (sealed), in the order of recording; and the positive samples of its person and disease, with from when and until when
-- their results stood.
SELECT to_jsonb(found)::text, classes.moments, classes.given, notes.recorded, notes.happened, notes.kinds,
       notes.contents, samples.taken, samples.since, samples.until
FROM surveillance_case found
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.recorded_at ORDER BY c.recorded_at, c.id), '{}') AS moments,
           coalesce(array_agg(c.classification ORDER BY c.recorded_at, c.id), '{}') AS given
    FROM surveillance_caseclass c WHERE c.person_id = found.person_id AND c.case_id = found.id) AS classes
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(n.recorded_at ORDER BY n.recorded_at, n.id), '{}') AS recorded,
           coalesce(array_agg(n.happened_at ORDER BY n.recorded_at, n.id), '{}') AS happened,
           coalesce(array_agg(n.kind ORDER BY n.recorded_at, n.id), '{}') AS kinds,
           coalesce(array_agg(n.content ORDER BY n.recorded_at, n.id), '{}') AS contents
    FROM surveillance_casenote n
    WHERE n.person_id = found.person_id AND n.case_id = found.id AND n.kind = ANY(%s::text[])) AS notes
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(r.taken_at ORDER BY r.taken_at, r.id), '{}') AS taken,
           coalesce(array_agg(r.recorded_at ORDER BY r.taken_at, r.id), '{}') AS since,
           coalesce(array_agg(c.recorded_at ORDER BY r.taken_at, r.id), '{}') AS until
    FROM surveillance_result r
    LEFT JOIN surveillance_resultcorrection c ON c.person_id = r.person_id AND c.result_id = r.id
    WHERE r.person_id = found.person_id AND r.disease = found.disease AND r.outcome = 'positive'
      AND (r.status = 'standing' OR c.id IS NOT NULL)) AS samples
WHERE found.person_id = ANY(%s::uuid[])
ORDER BY found.person_id, found.id
