-- name: doses_of_areas
-- Doses by area and day, of areas given by their stations.
SELECT wanted.area_id, given.day, sum(given.doses)::bigint
FROM unnest(%(areas)s::int[], %(facilities)s::int[]) AS wanted (area_id, facility_id)
JOIN analytics_coverage given ON given.facility_id = wanted.facility_id AND given.day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2

-- name: owed_of_areas
-- What areas owe up to a day, of areas given by their stations.
SELECT wanted.area_id, sum(kept.recorded)::bigint, sum(kept.matched)::bigint, sum(kept.missing)::bigint,
       sum(kept.signed)::bigint
FROM unnest(%(areas)s::int[], %(facilities)s::int[]) AS wanted (area_id, facility_id)
JOIN analytics_debtday kept ON kept.facility_id = wanted.facility_id AND kept.day BETWEEN %(first)s AND %(last)s
GROUP BY 1

-- name: owed_of_nation
-- The same of the whole country.
SELECT coalesce(sum(recorded), 0)::bigint, coalesce(sum(matched), 0)::bigint, coalesce(sum(missing), 0)::bigint,
       coalesce(sum(signed), 0)::bigint
FROM analytics_debtprovince WHERE day BETWEEN %(first)s AND %(last)s
