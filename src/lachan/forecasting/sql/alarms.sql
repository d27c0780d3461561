-- name: raised_of_run
-- Places where the methods of a run found something.
SELECT area_id, disease, measure FROM forecasting_raised WHERE run_id = %s ORDER BY area_id, disease, measure

-- name: keep_alarms
-- One alarm a place, disease and measure of what a run raised: raised again, it goes on; raised anew, it opens, unless
-- one was closed so lately that it is the same. Of each: whether it opened.
INSERT INTO forecasting_alarm (id, source, area_id, disease, measure, opened_on, last_on, methods, strength, ratio,
    observed, beside, run_id, state, changed_at, reason, cluster, outcome)
SELECT n.id, %(source)s, r.area_id, r.disease, r.measure, r.first_on, r.last_on, r.methods, r.strength, r.ratio,
    r.observed, r.beside, r.run_id, 'open', %(now)s, '', '', ''
FROM unnest(%(ids)s::uuid[], %(areas)s::int[], %(diseases)s::text[], %(measures)s::text[])
    AS n (id, area_id, disease, measure)
JOIN forecasting_raised r USING (area_id, disease, measure)
WHERE r.run_id = %(run)s AND NOT EXISTS (
    SELECT FROM forecasting_alarm c
    WHERE c.source = %(source)s AND c.area_id = r.area_id AND c.disease = r.disease AND c.measure = r.measure
        AND c.state = 'closed' AND c.last_on >= r.first_on)
ON CONFLICT (source, area_id, disease, measure) WHERE state <> 'closed' DO UPDATE
SET last_on = excluded.last_on, methods = excluded.methods, strength = excluded.strength, ratio = excluded.ratio,
    observed = excluded.observed, beside = excluded.beside, run_id = excluded.run_id
WHERE forecasting_alarm.last_on <= excluded.last_on
RETURNING (xmax = 0) AS opened

-- name: move_last_days
-- A closed alarm that goes on in the same days is the same: it stays closed and remembers how long it went on.
UPDATE forecasting_alarm c SET last_on = r.last_on
FROM forecasting_raised r
WHERE r.run_id = %s AND c.source = %s AND c.area_id = r.area_id AND c.disease = r.disease AND c.measure = r.measure
    AND c.state = 'closed' AND c.last_on >= r.first_on AND c.last_on < r.last_on

-- name: lock_alarms
-- Alarms that somebody answers, in one order.
SELECT id, area_id, disease, state, cluster, outcome, (SELECT count(*) FROM forecasting_alarmstep s WHERE s.alarm_id = a.id)
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
