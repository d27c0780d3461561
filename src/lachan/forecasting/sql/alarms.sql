-- name: raised_of_run
-- What the methods of a run found.
SELECT area_id, disease, measure, first_on, last_on, methods, strength, ratio, observed, beside
FROM forecasting_raised
WHERE run_id = %s
ORDER BY area_id, disease, measure

-- name: keep_alarm
-- One alarm a place, disease and measure: raised again, it goes on; raised anew, it opens, unless one was closed so
-- lately that it is the same.
INSERT INTO forecasting_alarm (id, source, area_id, disease, measure, opened_on, last_on, methods, strength, ratio,
    observed, beside, run_id, state, changed_at, reason, cluster, outcome)
SELECT %(id)s, %(source)s, %(area)s, %(disease)s, %(measure)s, %(first)s::date, %(last)s::date, %(methods)s::text[],
    %(strength)s, %(ratio)s, %(observed)s, %(beside)s::int[], %(run)s, 'open', %(now)s, '', '', ''
WHERE NOT EXISTS (
    SELECT FROM forecasting_alarm c
    WHERE c.source = %(source)s AND c.area_id = %(area)s AND c.disease = %(disease)s AND c.measure = %(measure)s
        AND c.state = 'closed' AND c.last_on >= %(first)s::date)
ON CONFLICT (source, area_id, disease, measure) WHERE state <> 'closed' DO UPDATE
SET last_on = excluded.last_on, methods = excluded.methods, strength = excluded.strength, ratio = excluded.ratio,
    observed = excluded.observed, beside = excluded.beside, run_id = excluded.run_id
WHERE forecasting_alarm.last_on <= excluded.last_on
RETURNING id, (xmax = 0) AS opened

-- name: move_last_day
-- A closed alarm that goes on in the same days is the same: it stays closed and remembers how long it went on.
UPDATE forecasting_alarm SET last_on = %(last)s
WHERE source = %(source)s AND area_id = %(area)s AND disease = %(disease)s AND measure = %(measure)s
    AND state = 'closed' AND last_on >= %(first)s AND last_on < %(last)s

-- name: lock_alarms
-- Alarms that somebody answers, in one order.
SELECT id, area_id, state, cluster, outcome, (SELECT count(*) FROM forecasting_alarmstep s WHERE s.alarm_id = a.id)
FROM forecasting_alarm a
WHERE id = ANY (%s)
ORDER BY id
FOR UPDATE

-- name: change_alarms
-- Where alarms stand now.
UPDATE forecasting_alarm a
SET state = n.state, changed_at = %s, by = %s, reason = n.reason, cluster = n.cluster, outcome = n.outcome
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[]) AS n (id, state, reason, cluster, outcome)
WHERE a.id = n.id

-- name: keep_steps
-- What was done about alarms, one row a step.
INSERT INTO forecasting_alarmstep (at, by, alarm_id, number, state, reason, cluster, outcome)
SELECT %s, %s, n.* FROM unnest(%s::uuid[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[]) AS n

-- name: alarms_and_steps
-- Alarms whose state is not that of their last step, or that moved without one.
SELECT a.id, a.state, coalesce(l.state, 'open')
FROM forecasting_alarm a
LEFT JOIN LATERAL (
    SELECT s.state FROM forecasting_alarmstep s WHERE s.alarm_id = a.id ORDER BY s.number DESC LIMIT 1) l ON true
WHERE a.state <> coalesce(l.state, 'open')

-- name: count_alarms
-- How many alarms there are.
SELECT count(*) FROM forecasting_alarm
