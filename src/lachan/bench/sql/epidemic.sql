-- name: fill_epidemic_days
-- Cases and tests of every commune on every day of a time: a wave a year, more where more people live.
INSERT INTO analytics_epidemicday (disease, measure, area_id, day, value)
SELECT 'covid-19', kind.measure, place.area_id, day::date,
       (kind.times * (1 + sin(extract(doy FROM day) / 58.0)) * (1 + place.area_id %% 7))::int
FROM unnest(%s::int[]) AS place (area_id)
CROSS JOIN generate_series(%s::date, %s::date, interval '1 day') AS day
CROSS JOIN (VALUES ('cases', 1), ('tests', 20)) AS kind (measure, times)
ON CONFLICT DO NOTHING

-- name: fill_epidemic_provinces
-- Eleven measures of every province on every day, as known now.
INSERT INTO analytics_epidemicprovinceday (disease, measure, province_id, day, value)
SELECT 'covid-19', measure, place.province_id, day::date, (50 * (1 + sin(extract(doy FROM day) / 58.0)))::int
FROM unnest(%s::int[]) AS place (province_id)
CROSS JOIN generate_series(%s::date, %s::date, interval '1 day') AS day
CROSS JOIN unnest(%s::text[]) AS measure
ON CONFLICT DO NOTHING

-- name: fill_epidemic_vintages
-- The same as it became known over five days.
INSERT INTO analytics_epidemicprovincechange (disease, measure, province_id, day, recorded_on, delta)
SELECT 'covid-19', measure, place.province_id, day::date, day::date + late, 10 + late
FROM unnest(%s::int[]) AS place (province_id)
CROSS JOIN generate_series(%s::date, %s::date, interval '1 day') AS day
CROSS JOIN unnest(%s::text[]) AS measure
CROSS JOIN generate_series(0, 4) AS late
ON CONFLICT DO NOTHING

-- name: settle_epidemic
-- Statistics and the visibility map, as autovacuum leaves them.
VACUUM (ANALYZE) analytics_epidemicday, analytics_epidemicprovinceday, analytics_epidemicprovincechange

-- name: fill_results
-- Results of a day, of one person each, with their rows of the journal; one in twenty is positive.
WITH made AS (
    INSERT INTO surveillance_result (person_id, id, actor_id, happened_at, recorded_at, sample_id, disease, method,
                                     device, outcome, taken_at, status)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), now(), gen_random_uuid(), 'covid-19', 'pcr',
           '', CASE WHEN n %% 20 = 0 THEN 'positive' ELSE 'negative' END, now() - n %% 4 * interval '1 day', 'standing'
    FROM generate_series(1, %s) AS n
    RETURNING person_id, actor_id
)
INSERT INTO kernel_journal (verb, subject, happened_at, actor, body)
SELECT 'result.recorded', person_id, now(), actor_id, '{}' FROM made
