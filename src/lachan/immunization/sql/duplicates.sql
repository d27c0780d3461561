-- name: page_of_dosed_persons
-- The last person of the next page of people with doses, in the order of the primary key.
SELECT person_id FROM (
    SELECT person_id FROM immunization_dose WHERE person_id > %s ORDER BY person_id LIMIT %s
) page
ORDER BY person_id DESC LIMIT 1

-- name: find_dose_pairs
-- Doses of one product and person, a few days apart, both counting; one found before is left as it is.
INSERT INTO immunization_dosepair
    (id, person_id, first_id, second_id, first_facility_id, second_facility_id, residence_id, found_at, note)
SELECT gen_random_uuid(), a.person_id, a.id, b.id, a.facility_id, b.facility_id, b.residence_id, %s, ''
FROM immunization_dose a
JOIN immunization_dose b ON b.person_id = a.person_id AND b.product_id = a.product_id
WHERE a.person_id > %s AND a.person_id <= %s AND a.status = 'active' AND b.status = 'active'
  AND b.given_on > a.given_on AND b.given_on - a.given_on <= %s
ON CONFLICT (person_id, first_id, second_id) DO NOTHING

-- name: open_dose_pairs
-- Pairs nobody has looked at, both doses still counting, that concern these facilities or the people of these areas.
SELECT
    pair.id, pair.person_id, pair.found_at,
    a.id, a.product_id, a.lot_number, a.dose_number, a.given_on, a.facility_id, a.source, a.recorded_at,
    b.id, b.product_id, b.lot_number, b.dose_number, b.given_on, b.facility_id, b.source, b.recorded_at
FROM immunization_dosepair pair
JOIN immunization_dose a ON a.person_id = pair.person_id AND a.id = pair.first_id AND a.status = 'active'
JOIN immunization_dose b ON b.person_id = pair.person_id AND b.id = pair.second_id AND b.status = 'active'
WHERE pair.kept_at IS NULL
  AND (%(facilities)s::int[] IS NULL OR pair.first_facility_id = ANY(%(facilities)s::int[])
       OR pair.second_facility_id = ANY(%(facilities)s::int[]) OR pair.residence_id = ANY(%(areas)s::int[]))
  AND (%(person_id)s::uuid IS NULL OR pair.person_id = %(person_id)s::uuid)
  AND (pair.found_at, pair.id) < (%(before)s, %(before_id)s)
ORDER BY pair.found_at DESC, pair.id DESC
LIMIT %(most)s

-- name: keep_dose_pair
-- Somebody looked: both doses were given.
UPDATE immunization_dosepair SET kept_at = %s, kept_by = %s, note = %s
WHERE person_id = %s AND id = %s AND kept_at IS NULL
RETURNING first_id, second_id

-- name: dose_days
-- Days on which these people have a dose that counts.
SELECT person_id, given_on FROM immunization_dose WHERE person_id = ANY(%s::uuid[]) AND status = 'active'
