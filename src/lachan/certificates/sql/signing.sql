-- name: signatures_of
-- What is signed of these people's doses, standing or not.
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
-- One gesture, as it was made.
INSERT INTO certificates_signingbatch (id, facility_id, first_day, last_day, doses, digest, actor_id, signed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)

-- name: stand_signatures
-- Signatures that stand again or no longer, with their dose.
UPDATE certificates_dosesignature kept SET stands = new.stands
FROM unnest(%s::uuid[], %s::uuid[], %s::bool[]) AS new(person_id, dose_id, stands)
WHERE kept.person_id = new.person_id AND kept.dose_id = new.dose_id AND kept.person_id = ANY(%s::uuid[])
RETURNING kept.person_id, kept.dose_id, kept.facility_id, kept.given_on, kept.stands

-- name: signed_by_day
-- Signatures that stand, by facility and day.
SELECT facility_id, given_on, count(*)::int FROM certificates_dosesignature
WHERE facility_id = ANY(%s::int[]) AND given_on >= %s AND stands
GROUP BY facility_id, given_on

-- name: signed_on
-- Which doses of a facility and these days are signed.
SELECT dose_id FROM certificates_dosesignature WHERE facility_id = %s AND given_on BETWEEN %s AND %s AND stands

-- name: batches_of
-- Lists signed at a facility, newest first.
SELECT id, first_day, last_day, doses, digest, actor_id, signed_at FROM certificates_signingbatch
WHERE facility_id = %s ORDER BY signed_at DESC LIMIT %s

-- name: signing_batch
-- Whether this gesture was made already.
SELECT doses FROM certificates_signingbatch WHERE id = %s AND facility_id = %s

-- name: signed_in
-- Signatures that stand, of facilities and days.
SELECT kept.facility_id, kept.given_on, count(*)::int
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN certificates_dosesignature kept ON kept.facility_id = cell.facility_id AND kept.given_on = cell.day AND kept.stands
GROUP BY 1, 2
