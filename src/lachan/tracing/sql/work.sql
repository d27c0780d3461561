-- name: plan_tasks
-- Tasks of watches, once a watch, kind and day: planned again they take what changed; what was done stays done.
INSERT INTO tracing_task AS task
    (made_at, attempts, state, outcome, person_id, id, watch_id, disease, kind, level, area_id, due_on, due_at, score,
     household_key)
SELECT %s::timestamptz, 0, 'open', '', row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::smallint[], %s::int[], %s::date[],
            %s::timestamptz[], %s::float8[], %s::uuid[]) AS row
ON CONFLICT (person_id, watch_id, kind, due_on) DO UPDATE SET
    state = 'open', level = excluded.level, area_id = excluded.area_id, score = excluded.score,
    household_key = excluded.household_key, closed_at = NULL,
    outcome = CASE WHEN task.state = 'dropped' THEN '' ELSE task.outcome END
WHERE task.state <> 'done'

-- name: drop_tasks
-- Nothing more is to be done about these watches; what stands open is dropped with the reason.
UPDATE tracing_task SET state = 'dropped', outcome = row.reason, closed_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, watch_id, reason)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'

-- name: drop_dated_tasks
-- Days of a watch that is planned anew: its tests and its end; those still asked for are opened again.
UPDATE tracing_task SET state = 'dropped', outcome = 'replanned', closed_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, watch_id)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'
  AND tracing_task.kind IN ('test', 'end')

-- name: calls_known
-- The strictest level at which these people were called, or stand to be called, in these watches.
SELECT t.watch_id, min(t.level) FROM tracing_task t
JOIN unnest(%s::uuid[], %s::uuid[]) AS row (person_id, watch_id)
  ON t.person_id = row.person_id AND t.watch_id = row.watch_id
WHERE t.kind = 'call' AND t.state <> 'dropped'
GROUP BY t.watch_id

-- name: move_tasks
-- Open tasks of these watches belong to the commune, level and rank they have now.
UPDATE tracing_task SET area_id = row.area_id, level = row.level
FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::smallint[]) AS row (person_id, watch_id, area_id, level)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'
