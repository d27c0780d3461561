-- name: temporary_keys
-- Keys of temporary ids by number.
SELECT number, sealed FROM tracing_temporarykey WHERE number = ANY(%s::bigint[])

-- name: make_temporary_keys
-- Keys that are not there yet; another process's stand.
INSERT INTO tracing_temporarykey (number, sealed, made_at)
SELECT number, sealed, %s::timestamptz FROM unnest(%s::bigint[], %s::bytea[]) AS new(number, sealed)
ON CONFLICT (number) DO NOTHING

-- name: drop_temporary_keys
-- Keys older than any upload may be.
DELETE FROM tracing_temporarykey WHERE number < %s

-- name: make_permit
-- A code for one upload of a case.
INSERT INTO tracing_uploadpermit (id, code_hash, case_id, person_id, disease, made_by, made_at, expires_at, counts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '{}')

-- name: take_permit
-- The permit of a code, used up; none for a code that is wrong, used or over.
UPDATE tracing_uploadpermit SET used_at = %s
WHERE code_hash = %s AND used_at IS NULL AND expires_at > %s
RETURNING id, case_id, person_id, disease

-- name: count_upload
-- What came of an upload.
UPDATE tracing_uploadpermit SET counts = %s::jsonb WHERE id = %s

-- name: permits_of_case
-- Permits of a case, the latest first.
SELECT id, made_at, expires_at, used_at, counts FROM tracing_uploadpermit WHERE case_id = %s ORDER BY made_at DESC LIMIT 20

-- name: write_encounters
-- Meetings of a case; one heard before takes what is known now.
INSERT INTO tracing_encounter (subject, id, other, t_start, t_end, metres, sightings, uploaded_at)
SELECT subject, id, other, t_start, t_end, metres, sightings, %s::timestamptz
FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::float8[], %s::int[])
     AS new(subject, id, other, t_start, t_end, metres, sightings)
ON CONFLICT (subject, other, t_start) DO UPDATE SET
    t_end = greatest(tracing_encounter.t_end, excluded.t_end), metres = excluded.metres, sightings = excluded.sightings

-- name: encounters_near
-- Meetings of these pseudonyms with anybody, whoever's telephone heard, that reach into a span of time.
SELECT other, t_start, t_end, metres FROM tracing_encounter
WHERE subject = ANY(%s::bigint[]) AND t_start < %s::timestamptz AND t_end > %s::timestamptz
UNION ALL
SELECT subject, t_start, t_end, metres FROM tracing_encounter
WHERE other = ANY(%s::bigint[]) AND t_start < %s::timestamptz AND t_end > %s::timestamptz

-- name: drop_encounters
-- Meetings past the legal period, a portion at a time.
WITH old AS (SELECT subject, id FROM tracing_encounter WHERE t_end < %s LIMIT %s)
DELETE FROM tracing_encounter gone USING old WHERE gone.subject = old.subject AND gone.id = old.id
