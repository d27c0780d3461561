-- name: recount_doses
-- Published to analytics: every dose that counts, grouped by the grain of the coverage counters and in its order.
SELECT coalesce(facility_id, 0), given_on, coalesce(residence_id, 0), product_id, dose_number, age_band,
       sex COLLATE "C", count(*)::int, (count(*) FILTER (WHERE completes))::int
FROM immunization_dose WHERE status = 'active'
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7

-- name: all_dose_ids
-- Published to analytics: every dose ever recorded, in order.
SELECT id FROM immunization_dose ORDER BY id

-- name: stock_used_by_doses
-- Published to analytics: doses that count, by the facility and lot they were taken from.
SELECT facility_id, lot_id, count(*)::int FROM immunization_dose
WHERE status = 'active' AND facility_id IS NOT NULL AND lot_id IS NOT NULL
GROUP BY 1, 2

-- name: stock_used_as_kept
-- Published to analytics: the same as the stock table says.
SELECT facility_id, lot_id, used FROM immunization_stock WHERE used <> 0

-- name: sessions_open
-- Published to analytics: sessions open on a day and the facilities that have one.
SELECT count(*)::int, count(DISTINCT facility_id)::int FROM immunization_session
WHERE status = 'open' AND date = %(day)s
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))

-- name: doses_that_count
-- Published to certificates: doses of these persons that count, in order of their numbers.
SELECT person_id, id, product_id, lot_number, dose_number, completes, given_on, facility_id, country, source
FROM immunization_dose WHERE person_id = ANY(%s::uuid[]) AND status = 'active'
ORDER BY person_id, dose_number

-- name: doses_of_day_that_count
-- Published to certificates: doses given at a facility on these days that count.
SELECT person_id, id, product_id, lot_number, dose_number, given_on, happened_at, recorded_at, actor_id
FROM immunization_dose
WHERE facility_id = %s AND given_on BETWEEN %s AND %s AND status = 'active' AND source = 'here'
ORDER BY given_on, recorded_at, id

-- name: doses_by_facility_and_day
-- Published to certificates: how many doses given here count, by facility and day.
SELECT facility_id, given_on, count(*)::int, max(recorded_at)
FROM immunization_dose
WHERE facility_id = ANY(%s::int[]) AND given_on >= %s AND status = 'active' AND source = 'here'
GROUP BY facility_id, given_on

-- name: people_with_doses
-- Published to certificates: who has a dose that counts, by id from the one given.
SELECT DISTINCT person_id FROM immunization_dose WHERE status = 'active' AND person_id > %s ORDER BY person_id LIMIT %s
