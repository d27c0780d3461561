-- name: totals_by_province
-- All doses by province of residence; the national picture. Parameters: products and what each asks for.
SELECT c.province_id, sum(doses)::bigint, coalesce(sum(doses) FILTER (WHERE dose_number = 1), 0)::bigint,
       sum(completed)::bigint, coalesce(sum(doses - completed) FILTER (WHERE dose_number >= asks), 0)::bigint
FROM analytics_coverageprovince c
LEFT JOIN unnest(%s::int[], %s::int[]) AS product (product_id, asks) USING (product_id)
GROUP BY 1

-- name: totals_by_residence
-- All doses by area of residence; null residences: everywhere.
SELECT residence_id, sum(doses)::bigint, sum(first)::bigint, sum(completed)::bigint, sum(boosters)::bigint
FROM analytics_coveragecommune
WHERE %(residences)s::int[] IS NULL OR residence_id = ANY(%(residences)s::int[])
GROUP BY 1

-- name: days_by_province
-- Doses by day and province of the station.
SELECT day, province_id, sum(doses)::bigint, sum(first)::bigint, sum(completed)::bigint, sum(boosters)::bigint
FROM analytics_coverageday WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2

-- name: weeks_by_province
-- Doses by the last day of their week, weeks counted back from the last day, at stations of these provinces (null: all).
SELECT %(last)s::date - (%(last)s::date - day) / 7 * 7, sum(doses)::bigint, sum(first)::bigint, sum(completed)::bigint,
    sum(boosters)::bigint
FROM analytics_coverageday
WHERE day BETWEEN %(first)s AND %(last)s AND (%(provinces)s::int[] IS NULL OR province_id = ANY(%(provinces)s::int[]))
GROUP BY 1

-- name: weeks_by_facility
-- The same at these facilities, from the grain.
SELECT %(last)s::date - (%(last)s::date - day) / 7 * 7, sum(doses)::bigint,
    coalesce(sum(doses) FILTER (WHERE dose_number = 1), 0)::bigint, sum(completed)::bigint,
    coalesce(sum(doses - completed) FILTER (WHERE dose_number >= asks), 0)::bigint
FROM analytics_coverage c
LEFT JOIN unnest(%(products)s::int[], %(asks)s::int[]) AS product (product_id, asks) USING (product_id)
WHERE facility_id = ANY(%(facilities)s::int[]) AND day BETWEEN %(first)s AND %(last)s
GROUP BY 1

-- name: days_by_facility
-- Doses by day and facility, from the grain.
SELECT day, c.facility_id, sum(doses)::bigint, coalesce(sum(doses) FILTER (WHERE dose_number = 1), 0)::bigint,
       sum(completed)::bigint, coalesce(sum(doses - completed) FILTER (WHERE dose_number >= asks), 0)::bigint
FROM analytics_coverage c
LEFT JOIN unnest(%(products)s::int[], %(asks)s::int[]) AS product (product_id, asks) USING (product_id)
WHERE facility_id = ANY(%(facilities)s::int[]) AND day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2

-- name: products_by_province
-- Doses by product and number, of residents of these provinces (null: all).
SELECT product_id, dose_number, sum(doses)::bigint, sum(completed)::bigint
FROM analytics_coverageprovince
WHERE %(places)s::int[] IS NULL OR province_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: products_by_residence
-- Doses by product and number, of residents of these areas.
SELECT product_id, dose_number, sum(doses)::bigint, sum(completed)::bigint
FROM analytics_coverage WHERE residence_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: products_by_facility
-- Doses by product and number, given at these facilities.
SELECT product_id, dose_number, sum(doses)::bigint, sum(completed)::bigint
FROM analytics_coverage WHERE facility_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: ages_by_province
-- Doses by age band and sex, of residents of these provinces (null: all).
SELECT age_band, sex, sum(doses)::bigint, sum(first)::bigint, sum(completed)::bigint, sum(boosters)::bigint
FROM analytics_coverageage WHERE %(places)s::int[] IS NULL OR province_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: ages_by_residence
-- The same for residents of districts and communes, from the grain.
SELECT age_band, sex, sum(doses)::bigint, coalesce(sum(doses) FILTER (WHERE dose_number = 1), 0)::bigint,
       sum(completed)::bigint, coalesce(sum(doses - completed) FILTER (WHERE dose_number >= asks), 0)::bigint
FROM analytics_coverage
LEFT JOIN unnest(%(products)s::int[], %(asks)s::int[]) AS product (product_id, asks) USING (product_id)
WHERE residence_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: ages_by_facility
-- The same for doses given at these facilities.
SELECT age_band, sex, sum(doses)::bigint, coalesce(sum(doses) FILTER (WHERE dose_number = 1), 0)::bigint,
       sum(completed)::bigint, coalesce(sum(doses - completed) FILTER (WHERE dose_number >= asks), 0)::bigint
FROM analytics_coverage
LEFT JOIN unnest(%(products)s::int[], %(asks)s::int[]) AS product (product_id, asks) USING (product_id)
WHERE facility_id = ANY(%(places)s::int[])
GROUP BY 1, 2

-- name: latest_day
-- The last day with doses, not after the one given.
SELECT max(day) FROM analytics_coverageday WHERE day <= %s AND doses > 0
