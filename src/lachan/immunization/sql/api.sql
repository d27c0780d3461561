-- name: api_sessions
-- Sessions of facilities, newest first, behind the given (date, id); one day of them or all.
SELECT id, facility_id, date, part, status, capacity, lots, opened_at, closed_at
FROM immunization_session
WHERE facility_id = ANY(%(facilities)s::int[])
  AND (%(day)s::date IS NULL OR date = %(day)s::date)
  AND (%(after_day)s::date IS NULL OR (date, id) < (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY date DESC, id DESC
LIMIT %(most)s

-- name: api_session
-- One session, if it is of these facilities (null: of any).
SELECT id, facility_id, date, part, status, capacity, lots, opened_at, closed_at
FROM immunization_session
WHERE id = %(id)s::uuid AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))

-- name: api_doses
-- Every dose of persons, corrected ones too, each with the correction that ended it.
SELECT dose.person_id, dose.id, dose.product_id, dose.lot_number, dose.dose_number, dose.given_on, dose.happened_at,
       dose.facility_id, dose.session_id, dose.site, dose.route, dose.source, dose.country, dose.next_due_on,
       dose.completes, dose.status, dose.recorded_at, correction.kind, correction.replacement_id, correction.reason,
       correction.happened_at
FROM immunization_dose dose
LEFT JOIN immunization_dosecorrection correction
    ON correction.person_id = dose.person_id AND correction.dose_id = dose.id
WHERE dose.person_id = ANY(%(persons)s::uuid[])
ORDER BY dose.person_id, dose.given_on, dose.id

-- name: api_seen_at
-- Facilities that received persons or gave them a dose.
SELECT person_id, facility_id FROM immunization_encounter WHERE person_id = ANY(%(persons)s::uuid[])
UNION
SELECT person_id, facility_id FROM immunization_dose
WHERE person_id = ANY(%(persons)s::uuid[]) AND facility_id IS NOT NULL
