-- name: case_outlines
-- The bones of cases of some areas (null: of the nation) whose illness began in a span of days; the latest first.
SELECT id, person_id, code, disease, classification, area_id, onset_on, sampled_at, happened_at, infected_from,
    source_case_id, cluster, isolated_at
FROM surveillance_case
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND classification IN ('confirmed', 'probable', 'suspected') AND joined_into IS NULL
    AND disease = %(disease)s::text
    AND coalesce(onset_on, ((coalesce(sampled_at, happened_at)) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
        BETWEEN %(since)s::date AND %(until)s::date
ORDER BY recorded_at DESC, id DESC LIMIT %(most)s

-- name: case_clusters
-- Which of these names are of a cluster, or codes of a case, among the cases of some areas (null: of the nation), and
-- of which diseases.
SELECT wanted.name, found.disease
FROM unnest(%(names)s::text[]) AS wanted (name)
JOIN surveillance_case found ON found.cluster = wanted.name AND found.cluster <> ''
WHERE (%(areas)s::int[] IS NULL OR found.area_id = ANY(%(areas)s::int[])) AND found.joined_into IS NULL
    AND found.classification IN ('confirmed', 'probable', 'suspected')
UNION
SELECT wanted.name, found.disease
FROM unnest(%(names)s::text[]) AS wanted (name)
JOIN surveillance_case found ON found.code = wanted.name
WHERE (%(areas)s::int[] IS NULL OR found.area_id = ANY(%(areas)s::int[])) AND found.joined_into IS NULL
    AND found.classification IN ('confirmed', 'probable', 'suspected')

-- name: case_outlines_state
-- What changes when any case of a disease in some areas does: how many, their versions together, the latest change.
SELECT count(*), coalesce(sum(version), 0), max(changed_at) FROM surveillance_case
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[])) AND disease = %(disease)s::text
