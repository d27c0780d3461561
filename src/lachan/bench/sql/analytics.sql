-- name: filled_days
-- The first and the last day with cases, and whether the fill came to its end.
SELECT min(day), max(day), EXISTS (SELECT FROM analytics_epidemicage)
FROM analytics_epidemicprovinceday WHERE measure = 'cases' AND day < %s

-- name: fill_changes
-- What became known of communes, day by day: more where more people live, waves that come to each place at its own time,
-- some of it late. Chances by measure and lateness in a thousand; of a stock everybody who comes leaves nine days later.
INSERT INTO analytics_epidemicchange (recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated, delta)
SELECT least(happened + kind.late, %(last)s::date), happened, area_id, 'covid-19', kind.measure,
       (%(bands)s::int[])[1 + chance %% %(width)s::int], CASE WHEN chance %% 2 = 0 THEN 'F' ELSE 'M' END, chance %% 4,
       kind.sign * greatest(1, (kind.times * weight * wave)::int)
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN unnest(%(areas)s::int[], %(weights)s::float8[]) AS place (area_id, weight)
CROSS JOIN LATERAL (SELECT day::date AS known_day, hashint8(place.area_id * 100003::bigint + extract(epoch FROM day)::bigint / 86400)
                    & 1073741823 AS chance,
                    1.05 + sin(extract(epoch FROM day) / 86400 / 23.0 + place.area_id %% 97 / 30.0) AS wave) AS drawn
CROSS JOIN (VALUES
    ('tests', 0, 20, 550, 1, 0), ('tests', 1, 5, 200, 1, 0), ('positives', 0, 2, 400, 1, 0),
    ('cases', 0, 2, 400, 1, 0), ('cases', 1, 1, 150, 1, 0), ('cases', 4, 1, 60, 1, 0), ('contacts', 0, 3, 150, 1, 0),
    ('admissions', 0, 1, 100, 1, 0), ('in_hospital', 0, 1, 100, 1, 0), ('in_hospital', 0, 1, 100, -1, 9),
    ('severe', 0, 1, 30, 1, 0), ('critical', 1, 1, 10, 1, 0), ('deaths', 2, 1, 25, 1, 0), ('recovered', 0, 1, 100, 1, 0),
    ('probable', 0, 1, 10, 1, 0)) AS kind (measure, late, times, thousandth, sign, leaves)
CROSS JOIN LATERAL (SELECT known_day + kind.leaves AS happened) AS moved
WHERE kind.measure = ANY(%(measures)s::text[]) AND (chance >> 5) %% 1000 < kind.thousandth * wave
  AND happened <= %(last)s::date

-- name: fill_days
-- Their sums by commune, as the job keeps them.
INSERT INTO analytics_epidemicday (disease, measure, area_id, day, value)
SELECT disease, measure, area_id, day, sum(delta) FROM analytics_epidemicchange WHERE id > %s GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING

-- name: fill_province_changes
-- By province and the day they became known on.
INSERT INTO analytics_epidemicprovincechange (disease, measure, province_id, day, recorded_on, delta)
SELECT disease, measure, province_id, day, recorded_on, sum(delta)
FROM analytics_epidemicchange JOIN places_areaprovince USING (area_id)
WHERE id > %s GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO NOTHING

-- name: fill_province_days
-- By province as known now.
INSERT INTO analytics_epidemicprovinceday (disease, measure, province_id, day, value)
SELECT disease, measure, province_id, day, sum(delta)
FROM analytics_epidemicprovincechange WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4
ON CONFLICT DO NOTHING

-- name: fill_ages
-- By province and whom they are of.
INSERT INTO analytics_epidemicage (disease, measure, province_id, day, age_band, sex, vaccinated, value)
SELECT disease, measure, province_id, day, age_band, sex, vaccinated, sum(delta)
FROM analytics_epidemicchange JOIN places_areaprovince USING (area_id)
WHERE id > %s GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT DO NOTHING

-- name: fill_reports
-- By commune and the day they became known on.
INSERT INTO analytics_epidemicreport (disease, measure, recorded_on, area_id, value)
SELECT disease, measure, recorded_on, area_id, sum(delta) FROM analytics_epidemicchange
WHERE id > %s AND measure IN ('cases', 'deaths') AND recorded_on - day <= 60 GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
ON CONFLICT (disease, measure, recorded_on, area_id) DO UPDATE SET value = analytics_epidemicreport.value + EXCLUDED.value

-- name: fill_stocks
-- Who is in hospital, by commune and by province, and month.
INSERT INTO analytics_epidemicstock (disease, measure, wide, place_id, month, value)
SELECT disease, measure, wide, CASE WHEN wide THEN province_id ELSE area_id END,
       date_trunc('month', greatest(day, recorded_on))::date, sum(delta)
FROM analytics_epidemicchange JOIN places_areaprovince USING (area_id)
CROSS JOIN (VALUES (false), (true)) AS both_kinds (wide)
WHERE id > %s AND measure = 'in_hospital' GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (disease, measure, wide, place_id, month)
DO UPDATE SET value = analytics_epidemicstock.value + EXCLUDED.value

-- name: fill_vintages
-- The series of provinces as they became known over a week: waves of some months, more where more people live.
INSERT INTO analytics_epidemicprovincechange (disease, measure, province_id, day, recorded_on, delta)
SELECT 'covid-19', kind.measure, area_id, day::date, day::date + late,
       greatest(0, (kind.times * weight * share * exp(1.6 * sin(number / 29.0 + area_id %% 31 / 10.0))
                    * (0.85 + 0.3 * (hashint8(area_id * 99991::bigint + number * 7) & 1023) / 1023))::int) AS delta
FROM unnest(%(areas)s::int[], %(weights)s::float8[]) AS place (area_id, weight)
CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN LATERAL (SELECT extract(epoch FROM day)::bigint / 86400 AS number) AS counted
CROSS JOIN (VALUES ('cases', 120), ('admissions', 12), ('deaths', 3)) AS kind (measure, times)
CROSS JOIN (VALUES (0, 0.45), (1, 0.25), (2, 0.13), (3, 0.08), (4, 0.05), (5, 0.02), (6, 0.02)) AS told (late, share)
WHERE day::date + late <= %(last)s::date
ON CONFLICT DO NOTHING

-- name: fill_coverage_days
-- Doses of every province and day of a campaign that goes on.
INSERT INTO analytics_coverageday (day, province_id, slot, doses, first, completed, boosters)
SELECT day::date, area_id, slot, 120, 40, 40, 40
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN unnest(%(provinces)s::int[]) AS place (area_id) CROSS JOIN generate_series(0, 3) AS slot
ON CONFLICT DO NOTHING

-- name: fill_coverage_communes
-- Residents of every commune.
INSERT INTO analytics_coveragecommune (residence_id, slot, doses, first, completed, boosters)
SELECT area_id, 0, 25000, 12000, 9000, 4000 FROM unnest(%(communes)s::int[]) AS place (area_id)
ON CONFLICT DO NOTHING

-- name: fill_coverage_ages
-- By age and sex.
INSERT INTO analytics_coverageage (province_id, age_band, sex, slot, doses, first, completed, boosters)
SELECT area_id, band, sex, slot, 20000, 9000, 8000, 3000
FROM unnest(%(provinces)s::int[]) AS place (area_id) CROSS JOIN unnest(%(bands)s::int[]) AS band
CROSS JOIN (VALUES ('F'), ('M')) AS of (sex) CROSS JOIN generate_series(0, 3) AS slot
ON CONFLICT DO NOTHING

-- name: fill_coverage_provinces
-- By product and number.
INSERT INTO analytics_coverageprovince (province_id, product_id, dose_number, slot, doses, completed)
SELECT area_id, product.id, number, slot, 10000, 5000
FROM unnest(%(provinces)s::int[]) AS place (area_id) CROSS JOIN immunization_product AS product
CROSS JOIN generate_series(1, 3) AS number CROSS JOIN generate_series(0, 7) AS slot
ON CONFLICT DO NOTHING

-- name: fill_coverage_grain
-- Doses of every station once in four weeks.
INSERT INTO analytics_coverage (facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed)
SELECT facility.id, day::date, facility.area_id, (SELECT min(id) FROM immunization_product), number, 30, 'F', 9, 3
FROM places_facility AS facility
CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '28 days') AS day
CROSS JOIN generate_series(1, 3) AS number
ON CONFLICT DO NOTHING

-- name: fill_debt_days
-- What each station owes, once in four weeks.
INSERT INTO analytics_debtday (facility_id, day, given, recorded, matched, missing, explained, surplus, untallied, held,
                               refused, untraced, signed)
SELECT id, day::date, 30, 28, 26, 2, 0, 0, 0, 1, 0, 0, 20
FROM places_facility CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '28 days') AS day
ON CONFLICT DO NOTHING

-- name: fill_debt_provinces
-- And its sums, every day.
INSERT INTO analytics_debtprovince (day, province_id, given, recorded, matched, missing, explained, surplus, untallied,
                                    held, refused, untraced, signed)
SELECT day::date, area_id, 900, 880, 860, 20, 0, 0, 0, 5, 1, 0, 700
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN unnest(%(provinces)s::int[]) AS place (area_id)
ON CONFLICT DO NOTHING

-- name: fill_tasks
-- What tracers have before them.
INSERT INTO tracing_task (person_id, id, watch_id, disease, kind, level, area_id, due_on, due_at, score, household_key,
                          state, attempts, outcome, made_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'covid-19', 'call', 1,
       (%(communes)s::int[])[1 + n %% cardinality(%(communes)s::int[])], %(last)s::date - n %% 3,
       %(last)s::date - n %% 3, n %% 100, gen_random_uuid(), 'open', 0, '', now()
FROM generate_series(1, %(tasks)s) AS n

-- name: forget_tasks
-- Before they are made for another day.
TRUNCATE tracing_task

-- name: fill_alarms
-- Alarms of three years, a few of them still open.
INSERT INTO forecasting_alarm (id, source, area_id, disease, measure, opened_on, last_on, methods, strength, ratio,
                               observed, beside, run_id, state, changed_at, reason, cluster, outcome)
SELECT gen_random_uuid(), 'register', (%(communes)s::int[])[1 + n %% cardinality(%(communes)s::int[])], 'covid-19',
       'cases', %(last)s::date - n / 5 - 3, %(last)s::date - n / 5, '{ears_c2,cusum}', 2, 2.5, 12, '{}', %(run)s,
       CASE WHEN n < 120 THEN 'open' ELSE 'closed' END, now(), '', '', ''
FROM generate_series(1, 5 * (%(last)s::date - %(first)s::date)) AS n
ON CONFLICT DO NOTHING

-- name: copy_run_back
-- A run again, as of an earlier day: the archive of half a year of nights. Places by what they are: of most nights the
-- nation and provinces, of one a week communes too.
WITH made AS (
    INSERT INTO forecasting_run (id, source, as_of, of_map, status, reason, params, begun_at, made_at, published_at,
                                 engine, inputs, card, seal, released_reason)
    SELECT gen_random_uuid(), source, as_of - back, of_map, 'published', '', '{}', begun_at, made_at, published_at,
           engine, inputs, card, 'copied', ''
    FROM forecasting_run CROSS JOIN generate_series(1, %(nights)s) AS back WHERE id = %(run)s
    ON CONFLICT DO NOTHING
    RETURNING id, as_of
), place AS (
    SELECT made.id AS run_id, area.area_id, %(as_of)s::date - made.as_of AS back FROM made
    CROSS JOIN LATERAL (
        SELECT unnest(%(wide)s::int[]) AS area_id
        UNION ALL SELECT unnest(%(communes)s::int[]) WHERE (%(as_of)s::date - made.as_of) %% 7 = 0) AS area
), forecasts AS (
    INSERT INTO forecasting_forecast (area_id, run_id, disease, measure, horizon, target_end, quantiles, baseline, notes)
    SELECT f.area_id, place.run_id, f.disease, f.measure, f.horizon, f.target_end - back / 7 * 7, f.quantiles, f.baseline,
           f.notes
    FROM place JOIN forecasting_forecast f ON f.area_id = place.area_id AND f.run_id = %(run)s
), scores AS (
    INSERT INTO forecasting_score (area_id, run_id, disease, measure, horizon, target_end, truth, truth_as_of, wis,
                                   wis_base, covered50, covered90)
    SELECT f.area_id, place.run_id, f.disease, f.measure, f.horizon, f.target_end - back / 7 * 7, f.quantiles[12],
           %(as_of)s, 1, 2, back %% 2 = 0, back %% 10 > 0
    FROM place JOIN forecasting_forecast f ON f.area_id = place.area_id AND f.run_id = %(run)s
    WHERE back / 7 >= f.horizon
), rates AS (
    INSERT INTO forecasting_rt (area_id, run_id, disease, first_day, median, low, high, reason)
    SELECT r.area_id, place.run_id, r.disease, r.first_day - back, r.median, r.low, r.high, r.reason
    FROM place JOIN forecasting_rt r ON r.area_id = place.area_id AND r.run_id = %(run)s
), nowcasts AS (
    INSERT INTO forecasting_nowcast (area_id, run_id, disease, measure, first_day, reported, q05, q25, q50, q75, q95,
                                     reporter, shifted, since)
    SELECT n.area_id, place.run_id, n.disease, n.measure, n.first_day - back, n.reported, n.q05, n.q25, n.q50, n.q75,
           n.q95, n.reporter, n.shifted, n.since
    FROM place JOIN forecasting_nowcast n ON n.area_id = place.area_id AND n.run_id = %(run)s
)
INSERT INTO forecasting_input (area_id, run_id, disease, measure, ends_on, values)
SELECT i.area_id, place.run_id, i.disease, i.measure, i.ends_on - back / 7 * 7, i.values
FROM place JOIN forecasting_input i ON i.area_id = place.area_id AND i.run_id = %(run)s

-- name: counted_until
-- Everything was counted up to now: an invented past is not late.
INSERT INTO analytics_epidemicstate (id, as_of) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET as_of = EXCLUDED.as_of

-- name: newest_run
-- Whether a published run of these days is there to be looked at.
SELECT id FROM forecasting_run
WHERE source = 'register' AND status = 'published' AND as_of BETWEEN %s AND %s AND seal <> 'copied'
ORDER BY as_of DESC LIMIT 1

-- name: publish_run
-- A run that an invented delay blocked is shown all the same.
UPDATE forecasting_run SET status = 'published', published_at = coalesce(published_at, now()) WHERE id = %s

-- name: forget_runs
-- Every run and what members said: the next one is the first night.
TRUNCATE forecasting_run, forecasting_part, forecasting_input, forecasting_forecast, forecasting_nowcast, forecasting_rt,
         forecasting_raised, forecasting_score, forecasting_memory, forecasting_alarm, forecasting_alarmstep

-- name: parts_of_runs
-- Seconds of each part of a run.
SELECT part, seconds FROM forecasting_part WHERE run_id = %s ORDER BY done_at, part

-- name: settle_figures
-- Statistics and the visibility map, as autovacuum leaves them.
VACUUM (ANALYZE) analytics_epidemicchange, analytics_epidemicday, analytics_epidemicprovinceday,
    analytics_epidemicprovincechange, analytics_epidemicage, analytics_epidemicreport, analytics_epidemicstock, analytics_coverage, analytics_coverageday,
    analytics_coveragecommune, analytics_debtday, analytics_debtprovince, forecasting_forecast, forecasting_score,
    forecasting_input, forecasting_alarm, tracing_task

-- name: forget_figures
-- A fill that was cut begins again.
TRUNCATE analytics_epidemicchange, analytics_epidemicday, analytics_epidemicprovincechange, analytics_epidemicprovinceday,
         analytics_epidemicage, analytics_epidemicentry, analytics_epidemicreport, analytics_epidemicstock

-- name: last_change
-- The highest id of the grain.
SELECT coalesce(max(id), 0) FROM analytics_epidemicchange

-- name: invent_tested
-- People to be tested, spread over the communes; as few columns as the figures look at.
INSERT INTO people_person (id, name, search_name, sex, birth_date, birth_precision, residence_id, residence_since,
                           occupation, nationality, status, created_at)
SELECT gen_random_uuid(), 'Người ' || n, 'nguoi ' || n, CASE WHEN n %% 2 = 0 THEN 'F' ELSE 'M' END,
       date '1940-01-01' + (n::bigint * 7919 %% 29000)::int, 'D', (%(communes)s::int[])[1 + n %% cardinality(%(communes)s::int[])],
       date '2020-01-01', '', 'VN', 'known', now()
FROM generate_series(%(from)s::int, %(to)s::int) AS n

-- name: fill_results
-- Results of a day, of one person each, with their samples and rows of the journal; one in twenty is positive and makes
-- a case. So many facts as there are rows of the journal.
WITH chosen AS (
    SELECT id AS person_id, row_number() OVER () AS n, residence_id FROM people_person LIMIT %(results)s
), drawn AS (
    SELECT person_id, n, residence_id, gen_random_uuid() AS sample_id, gen_random_uuid() AS result_id,
           n %% 20 = 0 AS positive FROM chosen
), sampled AS (
    INSERT INTO surveillance_sample (person_id, id, actor_id, happened_at, recorded_at, specimen, diseases, reason,
                                     facility_id, state)
    SELECT person_id, sample_id, %(actor)s::uuid, now(), now(), 'nasopharyngeal', '["covid-19"]', 'screening',
           (%(facilities)s::int[])[1 + n %% cardinality(%(facilities)s::int[])], 'done'
    FROM drawn
), made AS (
    INSERT INTO surveillance_result (person_id, id, actor_id, happened_at, recorded_at, sample_id, disease, method,
                                     device, outcome, taken_at, status)
    SELECT person_id, result_id, %(actor)s::uuid, now(), now(), sample_id, 'covid-19', 'pcr', '',
           CASE WHEN positive THEN 'positive' ELSE 'negative' END, now(), 'standing'
    FROM drawn
), opened AS (
    INSERT INTO surveillance_case (person_id, id, actor_id, happened_at, recorded_at, code, disease, classification,
                                   is_open, definition, reason, results, held_class, sampled_at, result_at, symptoms,
                                   link, imported_from, cluster, severity, hospital, outcome, isolation_kind,
                                   isolation_place, end_rule, area_id, changed_at, version)
    SELECT person_id, result_id, %(actor)s::uuid, now(), now(), 'B' || n, 'covid-19', 'confirmed', true, 'bench', '', '[]', '',
           now(), now(), '[]', '', '', '', '', '', '', '', '', '', residence_id, now(), 1
    FROM drawn WHERE positive
), classed AS (
    INSERT INTO surveillance_caseclass (person_id, id, actor_id, happened_at, recorded_at, case_id, before,
                                        classification, definition, reason, cause, results)
    SELECT person_id, gen_random_uuid(), %(actor)s::uuid, now(), now(), result_id, '', 'confirmed', 'bench', '', 'result', '[]'
    FROM drawn WHERE positive
)
INSERT INTO kernel_journal (verb, subject, happened_at, actor, body)
SELECT 'result.recorded', person_id, now(), %(actor)s::uuid, '{}'::json FROM drawn
UNION ALL
SELECT 'case.classified', person_id, now(), %(actor)s::uuid, '{}'::json FROM drawn WHERE positive

-- name: forget_results
-- Results of an earlier measurement.
TRUNCATE surveillance_sample, surveillance_result, surveillance_resultcorrection, surveillance_case,
         surveillance_caseclass, surveillance_casenote, kernel_journal, analytics_epidemicentry

-- name: forget_counted
-- What was counted of the results of an earlier measurement, which alone have entries; then the results go.
WITH measured AS (SELECT min(day) AS first FROM analytics_epidemicentry),
     changes AS (DELETE FROM analytics_epidemicchange USING measured WHERE day >= first),
     days AS (DELETE FROM analytics_epidemicday USING measured WHERE day >= first),
     vintages AS (DELETE FROM analytics_epidemicprovincechange USING measured WHERE day >= first),
     provinces AS (DELETE FROM analytics_epidemicprovinceday USING measured WHERE day >= first),
     reports AS (DELETE FROM analytics_epidemicreport USING measured WHERE recorded_on >= first)
DELETE FROM analytics_epidemicage USING measured WHERE day >= first
