-- name: count_coverage
-- The grain: one row for each heading a slice touches, in the order of the key so that two slices cannot deadlock.
INSERT INTO analytics_coverage AS c
    (facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed)
SELECT * FROM unnest(%s::int[], %s::date[], %s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[],
                     %s::int[], %s::int[])
ON CONFLICT (facility_id, day, residence_id, product_id, dose_number, age_band, sex)
    DO UPDATE SET doses = c.doses + EXCLUDED.doses, completed = c.completed + EXCLUDED.completed

-- name: count_day
-- Doses by day and province of the station, in slots.
INSERT INTO analytics_coverageday AS c
    (day, province_id, product_id, dose_number, age_band, sex, slot, doses, completed)
SELECT * FROM unnest(%s::date[], %s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[], %s::smallint[],
                     %s::int[], %s::int[])
ON CONFLICT (day, province_id, product_id, dose_number, age_band, sex, slot)
    DO UPDATE SET doses = c.doses + EXCLUDED.doses, completed = c.completed + EXCLUDED.completed

-- name: count_province
-- Doses by province of residence over all days, in slots.
INSERT INTO analytics_coverageprovince AS c
    (province_id, product_id, dose_number, age_band, sex, slot, doses, completed)
SELECT * FROM unnest(%s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[], %s::smallint[], %s::int[],
                     %s::int[])
ON CONFLICT (province_id, product_id, dose_number, age_band, sex, slot)
    DO UPDATE SET doses = c.doses + EXCLUDED.doses, completed = c.completed + EXCLUDED.completed

-- name: stored_coverage
-- The grain as counted; rows that a void brought back to zero are no difference.
SELECT facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed
FROM analytics_coverage WHERE doses <> 0 OR completed <> 0

-- name: stored_days
-- Day totals as counted.
SELECT day, province_id, product_id, dose_number, age_band, sex, sum(doses)::int, sum(completed)::int
FROM analytics_coverageday GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(doses) <> 0 OR sum(completed) <> 0

-- name: stored_provinces
-- Province totals as counted.
SELECT province_id, product_id, dose_number, age_band, sex, sum(doses)::int, sum(completed)::int
FROM analytics_coverageprovince GROUP BY 1, 2, 3, 4, 5 HAVING sum(doses) <> 0 OR sum(completed) <> 0

-- name: clear_counters
-- Before a rebuild from the doses.
TRUNCATE analytics_coverage, analytics_coverageday, analytics_coverageprovince
