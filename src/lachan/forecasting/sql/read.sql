-- name: run_shown
-- The last published run of a source up to a day.
SELECT id, source, as_of, status, reason, params::text, begun_at, made_at, published_at, engine, inputs, seal, of_map,
    parts, released_reason
FROM forecasting_run
WHERE source = %(source)s AND status = 'published' AND (%(until)s::date IS NULL OR as_of <= %(until)s::date)
ORDER BY as_of DESC
LIMIT 1

-- name: run_last
-- The last attempt of a source, however it ended.
SELECT id, source, as_of, status, reason, params::text, begun_at, made_at, published_at, engine, inputs, seal, of_map,
    parts, released_reason
FROM forecasting_run
WHERE source = %(source)s AND (%(until)s::date IS NULL OR as_of <= %(until)s::date)
ORDER BY as_of DESC
LIMIT 1

-- name: run_of_id
-- One run.
SELECT id, source, as_of, status, reason, params::text, begun_at, made_at, published_at, engine, inputs, seal, of_map,
    parts, released_reason
FROM forecasting_run
WHERE id = %s

-- name: progress_of
-- Parts of runs that are done, in their order.
SELECT run_id, part, done_at, rows, seconds FROM forecasting_part WHERE run_id = ANY (%s) ORDER BY done_at, part

-- name: runs_page
-- Runs of a source, the latest first.
SELECT id, source, as_of, status, reason, params::text, begun_at, made_at, published_at, engine, inputs, seal, of_map,
    parts, released_reason
FROM forecasting_run
WHERE source = %s
ORDER BY as_of DESC
LIMIT %s OFFSET %s

-- name: published_between
-- Published runs of a source over days: ids and the days they are of.
SELECT id, as_of
FROM forecasting_run
WHERE source = %s AND status = 'published' AND as_of BETWEEN %s AND %s
ORDER BY as_of

-- name: card_of_run
-- The model card.
SELECT card::text FROM forecasting_run WHERE id = %s

-- name: why_not
-- What the card says of places without a forecast, of the ensemble's weights, and of what beds rest on.
SELECT card -> 'excluded', card -> 'targets', card -> 'beds' FROM forecasting_run WHERE id = %s

-- name: forecast_of
-- Horizons of one place and measure in one run, with the series they were made from.
SELECT f.horizon, f.target_end, f.quantiles, f.baseline, f.notes, i.ends_on, i.values
FROM forecasting_forecast f
LEFT JOIN forecasting_input i
    ON i.area_id = f.area_id AND i.run_id = f.run_id AND i.disease = f.disease AND i.measure = f.measure
WHERE f.area_id = %s AND f.run_id = %s AND f.disease = %s AND f.measure = %s
ORDER BY f.horizon

-- name: past_of
-- For each week the first forecast that was published of it at one horizon, and its score; the latest weeks first.
SELECT DISTINCT ON (f.target_end) f.run_id, r.as_of, f.target_end, f.quantiles, f.baseline,
    s.truth, s.wis, s.wis_base, s.covered50, s.covered90
FROM unnest(%(runs)s::uuid[], %(days)s::date[]) AS r (run_id, as_of)
JOIN forecasting_forecast f ON f.run_id = r.run_id
LEFT JOIN forecasting_score s
    ON s.area_id = f.area_id AND s.run_id = f.run_id AND s.disease = f.disease AND s.measure = f.measure
    AND s.horizon = f.horizon AND s.target_end <= %(until)s
WHERE f.area_id = %(area)s AND f.disease = %(disease)s AND f.measure = %(measure)s AND f.horizon = %(horizon)s
ORDER BY f.target_end DESC, r.as_of
LIMIT %(weeks)s

-- name: record_of
-- Scores of one place and measure by horizon, over runs of some days.
SELECT s.horizon, count(*), avg(s.wis), avg(s.wis_base), count(*) FILTER (WHERE s.covered50),
    count(*) FILTER (WHERE s.covered90)
FROM forecasting_score s
WHERE s.area_id = %s AND s.run_id = ANY (%s) AND s.disease = %s AND s.measure = %s
GROUP BY s.horizon
ORDER BY s.horizon

-- name: rt_of
-- Rt of one place in one run.
SELECT first_day, median, low, high, reason
FROM forecasting_rt
WHERE area_id = %s AND run_id = %s AND disease = %s

-- name: nowcast_of
-- The nowcast of one place and measure in one run.
SELECT first_day, reported, q05, q25, q50, q75, q95, reporter, shifted, since
FROM forecasting_nowcast
WHERE area_id = %s AND run_id = %s AND disease = %s AND measure = %s

-- name: glimpses
-- Of many places: the last known week, one horizon, and the last day of Rt.
SELECT a.area_id, i.values[cardinality(i.values)], f.target_end, f.quantiles,
    t.first_day + (cardinality(t.median) - 1), t.median[cardinality(t.median)], t.low[cardinality(t.low)],
    t.high[cardinality(t.high)]
FROM unnest(%(areas)s::int[]) AS a (area_id)
LEFT JOIN forecasting_input i
    ON i.area_id = a.area_id AND i.run_id = %(run)s AND i.disease = %(disease)s AND i.measure = %(measure)s
LEFT JOIN forecasting_forecast f
    ON f.area_id = a.area_id AND f.run_id = %(run)s AND f.disease = %(disease)s AND f.measure = %(measure)s
    AND f.horizon = %(horizon)s
LEFT JOIN forecasting_rt t ON t.area_id = a.area_id AND t.run_id = %(run)s AND t.disease = %(disease)s

-- name: alarm_counts
-- Alarms within areas (null: all) by state.
SELECT state, count(*)
FROM forecasting_alarm
WHERE source = %(source)s AND (%(areas)s::int[] IS NULL OR area_id = ANY (%(areas)s::int[]))
GROUP BY state

-- name: alarms_page
-- Alarms within areas (null: all) in these states, one after the other; of each the latest first, read off the index no
-- further than the page.
SELECT a.id, a.source, a.area_id, a.disease, a.measure, a.opened_on, a.last_on, a.methods, a.strength, a.ratio,
    a.observed, a.beside, a.state, a.changed_at, a.by, a.reason, a.cluster, a.outcome, a.run_id
FROM unnest(%(states)s::text[]) WITH ORDINALITY AS wanted (state, place)
CROSS JOIN LATERAL (
    SELECT * FROM forecasting_alarm f
    WHERE f.source = %(source)s AND f.state = wanted.state
        AND (%(areas)s::int[] IS NULL OR f.area_id = ANY (%(areas)s::int[]))
    ORDER BY f.last_on DESC, f.strength DESC, f.id
    LIMIT %(limit)s::int + %(offset)s::int) a
ORDER BY wanted.place, a.last_on DESC, a.strength DESC, a.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: alarms_of_ids
-- Alarms by id.
SELECT id, source, area_id, disease, measure, opened_on, last_on, methods, strength, ratio, observed, beside, state,
    changed_at, by, reason, cluster, outcome, run_id
FROM forecasting_alarm
WHERE id = ANY (%s)

-- name: steps_of_alarm
-- What was done about an alarm, in order.
SELECT at, by, state, reason, cluster, outcome FROM forecasting_alarmstep WHERE alarm_id = %s ORDER BY number
