-- name: signatures_of
SELECT person_id, dose_id, stands FROM certificates_dosesignature WHERE person_id = ANY(%s::uuid[])

-- name: insert_signatures
-- A dose signed before stays as it was signed; one whose dose was gone and came back stands again.
INSERT INTO certificates_dosesignature (person_id, dose_id, facility_id, given_on, batch_id, actor_id, signed_at, stands)
SELECT person_id, dose_id, facility_id, given_on, %s, %s, %s, true
FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::date[]) AS new(person_id, dose_id, facility_id, given_on)
ON CONFLICT (person_id, dose_id) DO UPDATE SET stands = true
WHERE NOT certificates_dosesignature.stands
RETURNING person_id

-- name: insert_signing_batch
INSERT INTO certificates_signingbatch (id, facility_id, first_day, last_day, doses, digest, actor_id, signed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)

-- name: stand_signatures
UPDATE certificates_dosesignature kept SET stands = new.stands
FROM unnest(%s::uuid[], %s::uuid[], %s::bool[]) AS new(person_id, dose_id, stands)
WHERE kept.person_id = new.person_id AND kept.dose_id = new.dose_id AND kept.person_id = ANY(%s::uuid[])

-- name: signed_by_day
-- Signatures that stand, by facility and day.
SELECT facility_id, given_on, count(*)::int FROM certificates_dosesignature
WHERE facility_id = ANY(%s::int[]) AND given_on >= %s AND stands
GROUP BY facility_id, given_on

-- name: signed_on
-- Which doses of a facility and these days are signed.
SELECT dose_id FROM certificates_dosesignature WHERE facility_id = %s AND given_on BETWEEN %s AND %s AND stands

-- name: batches_of
SELECT id, first_day, last_day, doses, digest, actor_id, signed_at FROM certificates_signingbatch
WHERE facility_id = %s ORDER BY signed_at DESC LIMIT %s

-- name: signing_batch
SELECT doses FROM certificates_signingbatch WHERE id = %s AND facility_id = %s
