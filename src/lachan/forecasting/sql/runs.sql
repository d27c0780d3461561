-- name: run_of_day
-- The run of a source and day.
SELECT id, status, engine, inputs FROM forecasting_run WHERE source = %s AND as_of = %s

-- name: try_lock
-- One process makes a run; held until the connection ends or lets go.
SELECT pg_try_advisory_lock(hashtextextended(%s, 6))

-- name: let_go
-- The lock of try_lock.
SELECT pg_advisory_unlock(hashtextextended(%s, 6))

-- name: begin_run
-- A run begins; one that was not published begins again under its own id.
INSERT INTO forecasting_run (id, source, as_of, of_map, status, reason, params, begun_at, engine, inputs, parts, seal,
    released_reason)
VALUES (%s, %s, %s, %s, 'running', '', '{}', %s, %s, %s, %s, '', '')
ON CONFLICT (source, as_of) DO UPDATE
SET status = 'running', reason = '', params = '{}', begun_at = excluded.begun_at, engine = excluded.engine,
    inputs = excluded.inputs, of_map = excluded.of_map, parts = excluded.parts, made_at = NULL, card = NULL, seal = ''
WHERE forecasting_run.status <> 'published'
RETURNING id

-- name: resume_run
-- An interrupted or failed run goes on.
UPDATE forecasting_run SET status = 'running', reason = '', params = '{}' WHERE id = %s AND status <> 'published'

-- name: fail_run
-- A run that our own code could not finish; what is done stays done.
UPDATE forecasting_run SET status = 'failed', reason = %s, params = %s::jsonb WHERE id = %s AND status = 'running'

-- name: close_run
-- The verdict on a run: published or blocked, its card, and the seal over everything it says.
UPDATE forecasting_run
SET status = %s, reason = %s, params = %s::jsonb, made_at = %s, published_at = %s, card = %s::jsonb, seal = %s
WHERE id = %s AND status = 'running'

-- name: release_runs
-- Blocked runs that somebody answers for are published as they were made.
UPDATE forecasting_run
SET status = 'published', published_at = %s, released_by = %s, released_reason = %s
WHERE id = ANY (%s) AND status = 'blocked' AND seal <> ''
RETURNING id

-- name: runs_of_ids
-- What publishing needs of runs, locked.
SELECT id, source, as_of, status, seal FROM forecasting_run WHERE id = ANY (%s) FOR UPDATE

-- name: parts_done
-- Parts of a run that need not be made again.
SELECT part, found::text FROM forecasting_part WHERE run_id = %s

-- name: keep_part
-- A part is done; in the transaction of its rows.
INSERT INTO forecasting_part (run_id, part, done_at, rows, seconds, found) VALUES (%s, %s, %s, %s, %s, %s::jsonb)

-- name: days_due
-- Days of a source behind its last run; again: also those whose run was cut or failed, and the last day's when it was
-- blocked. The oldest first. Of a source without any run the last day.
SELECT d.day::date
FROM generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS d (day)
LEFT JOIN forecasting_run r ON r.source = %(source)s AND r.as_of = d.day
WHERE d.day > coalesce((SELECT max(as_of) FROM forecasting_run WHERE source = %(source)s), %(until)s::date - 1)
    OR %(again)s AND (r.status IN ('running', 'failed') OR r.status = 'blocked' AND d.day = %(until)s::date)
ORDER BY d.day

-- name: days_without_run
-- Days of a source from its first run on that have none.
SELECT d.day::date
FROM generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS d (day)
WHERE d.day > (SELECT min(as_of) FROM forecasting_run WHERE source = %(source)s)
    AND NOT EXISTS (SELECT FROM forecasting_run r WHERE r.source = %(source)s AND r.as_of = d.day)
ORDER BY d.day

-- name: is_newest
-- Whether no published run of the source is of a later day.
SELECT NOT EXISTS (
    SELECT FROM forecasting_run n JOIN forecasting_run r ON r.source = n.source
    WHERE r.id = %s AND n.status = 'published' AND n.as_of > r.as_of)

-- name: clear_parts
-- What an unpublished run had done, before it begins again on other data.
DELETE FROM forecasting_part WHERE run_id = %s

-- name: clear_inputs
-- Series of an unpublished run.
DELETE FROM forecasting_input WHERE run_id = %s

-- name: clear_forecasts
-- Forecasts of an unpublished run.
DELETE FROM forecasting_forecast WHERE run_id = %s

-- name: clear_nowcasts
-- Nowcasts of an unpublished run.
DELETE FROM forecasting_nowcast WHERE run_id = %s

-- name: clear_rts
-- Rt of an unpublished run.
DELETE FROM forecasting_rt WHERE run_id = %s

-- name: clear_raised
-- Alarms an unpublished run had found.
DELETE FROM forecasting_raised WHERE run_id = %s

-- name: copy_input
-- Weekly series as they stood.
COPY forecasting_input (area_id, run_id, disease, measure, ends_on, values) FROM STDIN

-- name: copy_forecast
-- Quantiles of forecasts.
COPY forecasting_forecast (area_id, run_id, disease, measure, horizon, target_end, quantiles, baseline, notes)
FROM STDIN

-- name: copy_nowcast
-- Nowcasts.
COPY forecasting_nowcast (area_id, run_id, disease, measure, first_day, reported, q05, q25, q50, q75, q95, reporter,
    shifted, since) FROM STDIN

-- name: copy_rt
-- Rt by day.
COPY forecasting_rt (area_id, run_id, disease, first_day, median, low, high, reason) FROM STDIN

-- name: copy_raised
-- What the methods of warning found.
COPY forecasting_raised (area_id, run_id, disease, measure, first_on, last_on, methods, strength, ratio, observed,
    beside) FROM STDIN

-- name: seal_input
-- Rows under the seal: series.
SELECT area_id, disease, measure, ends_on::text, values FROM forecasting_input WHERE run_id = %s
ORDER BY area_id, disease COLLATE "C", measure COLLATE "C"

-- name: seal_forecast
-- Rows under the seal: forecasts.
SELECT area_id, disease, measure, horizon, target_end::text, quantiles, baseline, notes
FROM forecasting_forecast WHERE run_id = %s
ORDER BY area_id, disease COLLATE "C", measure COLLATE "C", horizon

-- name: seal_nowcast
-- Rows under the seal: nowcasts.
SELECT area_id, disease, measure, first_day::text, reported, q05, q25, q50, q75, q95, reporter, shifted, since::text
FROM forecasting_nowcast WHERE run_id = %s
ORDER BY area_id, disease COLLATE "C", measure COLLATE "C"

-- name: seal_rt
-- Rows under the seal: Rt.
SELECT area_id, disease, first_day::text, median, low, high, reason FROM forecasting_rt WHERE run_id = %s
ORDER BY area_id, disease COLLATE "C"

-- name: seal_raised
-- Rows under the seal: what the methods of warning found.
SELECT area_id, disease, measure, first_on::text, last_on::text, methods, strength, ratio, observed, beside
FROM forecasting_raised WHERE run_id = %s
ORDER BY area_id, disease COLLATE "C", measure COLLATE "C"

-- name: seal_run
-- What a run says of itself under its seal.
SELECT source, as_of::text, of_map, engine, inputs, card::text, seal FROM forecasting_run WHERE id = %s

-- name: sealed_runs
-- Every run that has a seal, in the order of its day.
SELECT id, source, as_of::text, status, seal FROM forecasting_run WHERE seal <> '' ORDER BY source, as_of

-- name: memory_read
-- What the members of the ensemble said at earlier dates.
SELECT reference, content
FROM forecasting_memory
WHERE source = %s AND target = %s AND version = %s AND reference = ANY (%s)

-- name: memory_keep
-- The same, kept; what another process kept meanwhile is the same.
INSERT INTO forecasting_memory (source, target, version, reference, content) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING

-- name: memory_forget
-- What no forecast learns from any more.
DELETE FROM forecasting_memory WHERE source = %s AND (reference < %s OR version <> %s AND reference < %s)
