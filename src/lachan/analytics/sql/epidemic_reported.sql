-- name: epidemic_reported
-- What became known on each day by column, packed (int4 days since the first, int8).
SELECT found.col, string_agg(int4send(found.day) || int8send(found.value), ''::bytea)
FROM (
    SELECT place.col, s.recorded_on - %(since)s::date AS day, sum(s.value) AS value
    FROM unnest(%(stored)s::int[], %(cols)s::int[]) AS place (area_id, col)
    JOIN analytics_epidemicreport s USING (area_id)
    WHERE s.disease = %(disease)s AND s.measure = %(measure)s
      AND s.recorded_on BETWEEN %(since)s::date AND %(until)s::date
    GROUP BY 1, 2) AS found
GROUP BY 1

-- name: unequal_epidemic_reported
-- Days of reporting that are not what the changes make.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, recorded_on, area_id, delta FROM analytics_epidemicchange
        WHERE measure IN ('cases', 'deaths') AND recorded_on - day <= 60
        UNION ALL SELECT disease, measure, recorded_on, area_id, -value FROM analytics_epidemicreport) AS both_sides
    GROUP BY disease, measure, recorded_on, area_id HAVING sum(delta) <> 0) AS unequal
