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
