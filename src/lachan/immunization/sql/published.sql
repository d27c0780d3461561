-- name: recount_doses
-- Published to analytics: every dose that counts, grouped by the grain of the coverage counters.
SELECT coalesce(facility_id, 0), given_on, coalesce(residence_id, 0), product_id, dose_number, age_band, sex,
       count(*), count(*) FILTER (WHERE completes)
FROM immunization_dose WHERE status = 'active'
GROUP BY 1, 2, 3, 4, 5, 6, 7
