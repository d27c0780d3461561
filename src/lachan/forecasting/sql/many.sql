-- name: forecasts_of_many
-- Horizons of many places and one measure in one run, with the series they were made from.
SELECT f.area_id, f.target_end, f.quantiles, i.ends_on, i.values
FROM forecasting_forecast f
LEFT JOIN forecasting_input i
    ON i.area_id = f.area_id AND i.run_id = f.run_id AND i.disease = f.disease AND i.measure = f.measure
WHERE f.area_id = ANY (%(areas)s::int[]) AND f.run_id = %(run)s AND f.disease = %(disease)s AND f.measure = %(measure)s
ORDER BY f.area_id, f.horizon

-- name: inside_of_many
-- Of many places: in how many of the last weeks the truth is known, and in how many it lay inside the interval of 90 percent,
-- of the first forecast that was published of each week.
WITH told AS (
    SELECT DISTINCT ON (f.area_id, f.target_end) f.area_id, f.target_end, f.run_id
    FROM unnest(%(runs)s::uuid[], %(days)s::date[]) AS r (run_id, as_of)
    JOIN forecasting_forecast f ON f.run_id = r.run_id
    WHERE f.area_id = ANY (%(areas)s::int[]) AND f.disease = %(disease)s AND f.measure = %(measure)s
        AND f.horizon = %(horizon)s
    ORDER BY f.area_id, f.target_end DESC, r.as_of),
counted AS (
    SELECT told.*, row_number() OVER (PARTITION BY area_id ORDER BY target_end DESC) AS place FROM told)
SELECT c.area_id, count(s.truth), count(*) FILTER (WHERE s.covered90)
FROM counted c
JOIN forecasting_score s
    ON s.area_id = c.area_id AND s.run_id = c.run_id AND s.disease = %(disease)s AND s.measure = %(measure)s
    AND s.horizon = %(horizon)s AND s.target_end = c.target_end AND s.target_end <= %(until)s
WHERE c.place <= %(weeks)s
GROUP BY 1

-- name: rates_of_many
-- Rt of the last day of many places in one run.
SELECT area_id, median[cardinality(median)]
FROM forecasting_rt
WHERE area_id = ANY (%(areas)s::int[]) AND run_id = %(run)s AND disease = %(disease)s

-- name: lateness_of_many
-- How many places report, in one run.
SELECT area_id, reporter, shifted, since
FROM forecasting_nowcast
WHERE area_id = ANY (%(areas)s::int[]) AND run_id = %(run)s AND disease = %(disease)s AND measure = %(measure)s

-- name: alarms_standing
-- Alarms of a disease that nobody closed, within areas (null: all): those nobody has answered first, of them those on
-- which most methods agree and where most more came than was expected.
SELECT id, source, area_id, disease, measure, opened_on, last_on, methods, strength, ratio, observed, beside, state,
    changed_at, by, reason, cluster, outcome, run_id
FROM forecasting_alarm
WHERE source = %(source)s AND disease = %(disease)s AND state <> 'closed'
    AND (%(areas)s::int[] IS NULL OR area_id = ANY (%(areas)s::int[]))
ORDER BY array_position(ARRAY['open', 'acknowledged', 'followed'], state), strength DESC, ratio DESC NULLS LAST,
    observed DESC, last_on DESC, id
