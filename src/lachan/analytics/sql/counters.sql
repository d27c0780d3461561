-- name: count_coverage
-- The grain: one row for each heading a slice touches, in the order of the key so that two slices cannot deadlock.
INSERT INTO analytics_coverage AS c
    (facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed)
SELECT * FROM unnest(%s::int[], %s::date[], %s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[],
                     %s::int[], %s::int[])
ON CONFLICT (facility_id, day, residence_id, product_id, dose_number, age_band, sex)
    DO UPDATE SET doses = c.doses + EXCLUDED.doses, completed = c.completed + EXCLUDED.completed

-- name: count_sums
-- The narrow sums in one statement, for a single dose pays for its round trips: residence; ages and sexes of the province
-- of residence; day and province of the station; product and number by province of residence. All tables are local.
WITH commune AS (
    INSERT INTO analytics_coveragecommune AS c (residence_id, slot, doses, first, completed, boosters)
    SELECT * FROM unnest(%s::int[], %s::smallint[], %s::int[], %s::int[], %s::int[], %s::int[])
    ON CONFLICT (residence_id, slot) DO UPDATE SET
        doses = c.doses + EXCLUDED.doses, first = c.first + EXCLUDED.first,
        completed = c.completed + EXCLUDED.completed, boosters = c.boosters + EXCLUDED.boosters
), age AS (
    INSERT INTO analytics_coverageage AS c (province_id, age_band, sex, slot, doses, first, completed, boosters)
    SELECT * FROM unnest(%s::int[], %s::smallint[], %s::text[], %s::smallint[], %s::int[], %s::int[], %s::int[],
                         %s::int[])
    ON CONFLICT (province_id, age_band, sex, slot) DO UPDATE SET
        doses = c.doses + EXCLUDED.doses, first = c.first + EXCLUDED.first,
        completed = c.completed + EXCLUDED.completed, boosters = c.boosters + EXCLUDED.boosters
), day AS (
    INSERT INTO analytics_coverageday AS c (day, province_id, slot, doses, first, completed, boosters)
    SELECT * FROM unnest(%s::date[], %s::int[], %s::smallint[], %s::int[], %s::int[], %s::int[], %s::int[])
    ON CONFLICT (day, province_id, slot) DO UPDATE SET
        doses = c.doses + EXCLUDED.doses, first = c.first + EXCLUDED.first,
        completed = c.completed + EXCLUDED.completed, boosters = c.boosters + EXCLUDED.boosters
)
INSERT INTO analytics_coverageprovince AS c (province_id, product_id, dose_number, slot, doses, completed)
SELECT * FROM unnest(%s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::int[], %s::int[])
ON CONFLICT (province_id, product_id, dose_number, slot)
    DO UPDATE SET doses = c.doses + EXCLUDED.doses, completed = c.completed + EXCLUDED.completed

-- name: stored_coverage
-- The grain as counted, in the order of its key; rows that a void brought back to zero are no difference.
SELECT facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed
FROM analytics_coverage WHERE doses <> 0 OR completed <> 0
ORDER BY facility_id, day, residence_id, product_id, dose_number, age_band, sex COLLATE "C"

-- name: stored_communes
-- Sums by residence as counted.
SELECT residence_id, sum(doses)::int, sum(first)::int, sum(completed)::int, sum(boosters)::int
FROM analytics_coveragecommune GROUP BY 1
HAVING (sum(doses), sum(first), sum(completed), sum(boosters)) <> (0, 0, 0, 0)

-- name: stored_provinces
-- Sums by province of residence as counted.
SELECT province_id, product_id, dose_number, sum(doses)::int, sum(completed)::int
FROM analytics_coverageprovince GROUP BY 1, 2, 3 HAVING sum(doses) <> 0 OR sum(completed) <> 0

-- name: stored_ages
-- Sums by province, age band and sex as counted.
SELECT province_id, age_band, sex, sum(doses)::int, sum(first)::int, sum(completed)::int, sum(boosters)::int
FROM analytics_coverageage GROUP BY 1, 2, 3
HAVING (sum(doses), sum(first), sum(completed), sum(boosters)) <> (0, 0, 0, 0)

-- name: stored_days
-- Sums by day and province of the station as counted.
SELECT day, province_id, sum(doses)::int, sum(first)::int, sum(completed)::int, sum(boosters)::int
FROM analytics_coverageday GROUP BY 1, 2
HAVING (sum(doses), sum(first), sum(completed), sum(boosters)) <> (0, 0, 0, 0)

-- name: clear_counters
-- Before a rebuild; whoever is about to count waits until it is done.
TRUNCATE analytics_coverage, analytics_coveragecommune, analytics_coverageprovince, analytics_coverageage,
         analytics_coverageday
