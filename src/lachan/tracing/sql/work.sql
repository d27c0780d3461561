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

-- name: open_watches_of
-- Open watches of these people, with what a call may change.
SELECT person_id, id, disease, level, area_id, area_from, since, until, quarantine, test_days, score, reached_at,
       quarantined_at, tested_at
FROM tracing_watch WHERE person_id = ANY(%s::uuid[]) AND state = 'open'

-- name: open_tasks_of
-- What stands open for these people.
SELECT person_id, id, watch_id, kind, level, area_id, due_on, due_at, score, household_key, assigned_to, attempts, outcome
FROM tracing_task WHERE person_id = ANY(%s::uuid[]) AND state = 'open'

-- name: insert_calls
-- What came of tries to reach people.
INSERT INTO tracing_call
    (actor_id, recorded_at, person_id, id, watch_id, area_id, kind, outcome, symptoms, staying, sealed_note, happened_at,
     next_at, before)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::text[], %s::jsonb[], %s::text[],
            %s::bytea[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[]) AS row

-- name: set_tasks
-- Tasks as they are after a try: done, later, or as they were before.
UPDATE tracing_task SET state = row.state, due_at = row.due_at, attempts = row.attempts, outcome = row.outcome,
    closed_at = row.closed_at, score = row.score
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::smallint[], %s::text[], %s::timestamptz[],
            %s::float8[])
     AS row (person_id, id, state, due_at, attempts, outcome, closed_at, score)
WHERE tracing_task.person_id = row.person_id AND tracing_task.id = row.id

-- name: set_watch_clocks
-- When somebody was first reached, in quarantine, tested.
UPDATE tracing_watch SET reached_at = row.reached_at, quarantined_at = row.quarantined_at, tested_at = row.tested_at
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
     AS row (person_id, id, reached_at, quarantined_at, tested_at)
WHERE tracing_watch.person_id = row.person_id AND tracing_watch.id = row.id

-- name: calls_of
-- Calls to these people, the latest first, those taken back left out.
SELECT person_id, id, watch_id, kind, outcome, symptoms, staying, sealed_note, happened_at, recorded_at, actor_id,
       next_at, before
FROM tracing_call WHERE person_id = ANY(%s::uuid[]) AND undone_at IS NULL
ORDER BY recorded_at DESC, id DESC

-- name: undo_calls
-- These calls are taken back.
UPDATE tracing_call SET undone_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
WHERE tracing_call.person_id = row.person_id AND tracing_call.id = row.id

-- name: offer_handovers
-- Offered to another place; nothing is written where an offer stands.
INSERT INTO tracing_handover
    (state, answer, offered_at, offered_by, person_id, id, watch_id, from_area_id, to_area_id, reason)
SELECT 'offered', '', %s::timestamptz, %s::uuid, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::int[], %s::text[]) AS row
ON CONFLICT DO NOTHING
RETURNING id

-- name: handovers_of
-- Offers of these people, the latest first.
SELECT person_id, id, watch_id, from_area_id, to_area_id, state, reason, offered_at, offered_by, answer, answered_at,
       answered_by
FROM tracing_handover WHERE person_id = ANY(%s::uuid[]) ORDER BY offered_at DESC, id DESC

-- name: answer_handovers
-- Accepted or returned.
UPDATE tracing_handover SET state = row.state, answer = row.answer, answered_at = %s, answered_by = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS row (person_id, id, state, answer)
WHERE tracing_handover.person_id = row.person_id AND tracing_handover.id = row.id AND tracing_handover.state = 'offered'

-- name: withdraw_handovers
-- Of watches that are over nothing is offered any more.
UPDATE tracing_handover SET state = 'withdrawn', answer = row.reason, answered_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, watch_id, reason)
WHERE tracing_handover.person_id = row.person_id AND tracing_handover.watch_id = row.watch_id
  AND tracing_handover.state = 'offered'

-- name: move_watches
-- Another place answers for these people.
UPDATE tracing_watch SET area_id = row.area_id, area_from = 'handover', changed_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS row (person_id, id, area_id)
WHERE tracing_watch.person_id = row.person_id AND tracing_watch.id = row.id

-- name: tasks_change_hands
-- Open tasks go to the place that accepted, to nobody's list in particular.
UPDATE tracing_task SET area_id = row.area_id, assigned_to = NULL
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS row (person_id, watch_id, area_id)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'

-- name: release_watches
-- Let go by an officer before the last day.
UPDATE tracing_watch SET state = 'released', release_reason = row.reason, changed_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, id, reason)
WHERE tracing_watch.person_id = row.person_id AND tracing_watch.id = row.id

-- name: assign_tasks
-- Whose these tasks are.
UPDATE tracing_task SET assigned_to = row.user_id
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS row (person_id, watch_id, user_id)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'

-- name: insert_named
-- Contacts that somebody named.
INSERT INTO tracing_named
    (actor_id, recorded_at, person_id, id, case_person_id, disease, relation, first_at, last_at, minutes, sealed_note,
     happened_at)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[],
            %s::bytea[], %s::timestamptz[]) AS row
ON CONFLICT (person_id, case_person_id, first_at) DO UPDATE SET
    last_at = excluded.last_at, minutes = excluded.minutes, relation = excluded.relation,
    sealed_note = excluded.sealed_note, withdrawn_at = NULL

-- name: named_contacts
-- Who was named as near these people, and what was said of it.
SELECT person_id, case_person_id, disease, relation, first_at, last_at, minutes
FROM tracing_named WHERE case_person_id = ANY(%s::uuid[]) AND withdrawn_at IS NULL

-- name: set_capacity
-- How many calls a place makes in a day.
INSERT INTO tracing_capacity (set_at, set_by, area_id, calls_a_day)
SELECT %s::timestamptz, %s::uuid, row.* FROM unnest(%s::int[], %s::int[]) AS row
ON CONFLICT (area_id) DO UPDATE SET calls_a_day = excluded.calls_a_day, set_at = excluded.set_at, set_by = excluded.set_by

-- name: cases_of_contacts
-- On whose standing lists these people are.
SELECT DISTINCT case_id FROM tracing_link WHERE person_id = ANY(%s::uuid[]) AND state = 'standing' AND level = 1

-- name: steps_of_cases
-- Of each case's F1, how many there are, were reached, are in quarantine, were tested.
SELECT link.case_person_id, link.case_id, count(*), count(watch.reached_at),
       count(*) FILTER (WHERE watch.quarantine <> 'none'), count(watch.quarantined_at), count(watch.tested_at)
FROM tracing_link link
JOIN LATERAL (
    SELECT w.reached_at, w.quarantined_at, w.tested_at, w.quarantine FROM tracing_watch w
    WHERE w.person_id = link.person_id AND w.disease = link.disease AND w.state <> 'released'
    ORDER BY w.listed_at DESC LIMIT 1
) watch ON true
WHERE link.case_id = ANY(%s::uuid[]) AND link.state = 'standing' AND link.level = 1 AND link.grade <> 'factor'
GROUP BY link.case_person_id, link.case_id

-- name: tick_cases
-- The clock of each case's one line; a step that was reached keeps its time.
UPDATE tracing_caselist SET
    reached_at = coalesce(tracing_caselist.reached_at, row.reached_at),
    quarantined_at = coalesce(tracing_caselist.quarantined_at, row.quarantined_at),
    tested_at = coalesce(tracing_caselist.tested_at, row.tested_at)
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
     AS row (person_id, case_id, reached_at, quarantined_at, tested_at)
WHERE tracing_caselist.person_id = row.person_id AND tracing_caselist.case_id = row.case_id

-- name: lists_of_people
-- Lists of cases that these people are themselves.
SELECT person_id, case_id, disease FROM tracing_caselist WHERE person_id = ANY(%s::uuid[]) AND state = 'standing'

-- name: ranked_tasks
-- The highest tasks of some places that may be tried between two moments; by the index, so many a place and no more.
SELECT ranked.* FROM unnest(%s::int[]) AS place (area_id)
CROSS JOIN LATERAL (
    SELECT person_id, id, watch_id, kind, level, area_id, due_on, due_at, score, household_key, assigned_to, attempts, outcome
    FROM tracing_task t
    WHERE t.area_id = place.area_id AND t.state = 'open' AND t.due_at > %s AND t.due_at <= %s AND t.kind <> 'order'
      AND (%s::uuid IS NULL OR t.assigned_to IS NULL OR t.assigned_to = %s::uuid)
    ORDER BY t.score DESC LIMIT %s
) ranked
ORDER BY ranked.score DESC, ranked.due_at, ranked.person_id, ranked.id LIMIT %s

-- name: household_tasks
-- What is due for whoever is reached by the same calls, in the same places.
SELECT person_id, id, watch_id, kind, level, area_id, due_on, due_at, score, household_key, assigned_to, attempts, outcome
FROM tracing_task
WHERE household_key = ANY(%s::uuid[]) AND state = 'open' AND due_at <= %s AND kind <> 'order' AND area_id = ANY(%s::int[])
ORDER BY score DESC, person_id LIMIT %s

-- name: due_counted
-- How much is due in some places, counted up to a bound.
SELECT count(*) FROM (
    SELECT FROM tracing_task
    WHERE area_id = ANY(%s::int[]) AND state = 'open' AND due_at <= %s AND kind <> 'order' LIMIT %s
) due

-- name: sittings_done
-- Households spoken to since a moment.
SELECT count(DISTINCT household_key) FROM tracing_task
WHERE area_id = ANY(%s::int[]) AND state = 'done' AND closed_at >= %s AND kind IN ('call', 'follow_up', 'end')

-- name: capacity_of
-- How many calls these places make, as their officers said.
SELECT area_id, calls_a_day FROM tracing_capacity WHERE area_id = ANY(%s::int[])

-- name: why_listed
-- Of each person the strictest and latest standing link: how they were near somebody and until when, never whom.
SELECT DISTINCT ON (person_id, disease) person_id, disease, kind, level, last_exposure
FROM tracing_link WHERE person_id = ANY(%s::uuid[]) AND state = 'standing'
ORDER BY person_id, disease, level, last_exposure DESC

-- name: watches_of
-- Watches of a person, the latest first.
SELECT person_id, id, disease, level, area_id, area_from, since, until, quarantine, test_days, score, reached_at,
       quarantined_at, tested_at, state, release_reason, listed_at, changed_at
FROM tracing_watch WHERE person_id = %s ORDER BY listed_at DESC LIMIT 20

-- name: handovers_in
-- Offers to these places, those that wait first.
SELECT person_id, id, watch_id, from_area_id, to_area_id, state, reason, offered_at, offered_by, answer, answered_at,
       answered_by
FROM tracing_handover
WHERE (%s::int[] IS NULL OR to_area_id = ANY(%s::int[])) AND (state = 'offered' OR offered_at > %s)
ORDER BY state <> 'offered', offered_at DESC LIMIT %s

-- name: handovers_out
-- Offers by these places, those that wait first.
SELECT person_id, id, watch_id, from_area_id, to_area_id, state, reason, offered_at, offered_by, answer, answered_at,
       answered_by
FROM tracing_handover
WHERE (%s::int[] IS NULL OR from_area_id = ANY(%s::int[])) AND (state = 'offered' OR offered_at > %s)
ORDER BY state <> 'offered', offered_at DESC LIMIT %s

-- name: load_of_places
-- Open tasks of places by who is to do them: due, late since before today, tried in vain, households that are due.
SELECT area_id, assigned_to, sum(due)::bigint, sum(late)::bigint, sum(tried)::bigint, count(*) FILTER (WHERE due > 0)
FROM (
    SELECT area_id, assigned_to, household_key, count(*) FILTER (WHERE due_at <= %s) AS due,
           count(*) FILTER (WHERE due_on < %s AND due_at <= %s) AS late, count(*) FILTER (WHERE attempts > 0) AS tried
    FROM tracing_task WHERE area_id = ANY(%s::int[]) AND state = 'open' AND kind <> 'order'
    GROUP BY area_id, assigned_to, household_key
) household
GROUP BY area_id, assigned_to ORDER BY area_id, assigned_to NULLS FIRST

-- name: orders_due
-- Whose quarantine order is still to be written, the first listed first.
SELECT person_id, watch_id, disease, level, area_id FROM tracing_task
WHERE area_id = ANY(%s::int[]) AND state = 'open' AND kind = 'order'
ORDER BY score DESC, made_at LIMIT %s

-- name: orders_written
-- These orders are written.
UPDATE tracing_task SET state = 'done', outcome = 'issued', closed_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, watch_id)
WHERE tracing_task.person_id = row.person_id AND tracing_task.watch_id = row.watch_id AND tracing_task.state = 'open'
  AND tracing_task.kind = 'order'

-- name: watches_to_follow
-- People who were reached before today and have no daily question of today yet; their household, whether they felt ill.
SELECT w.person_id, w.id, w.disease, w.level, w.area_id, w.score, c.household_key,
       EXISTS (
           SELECT 1 FROM tracing_call k
           WHERE k.person_id = w.person_id AND k.watch_id = w.id AND k.undone_at IS NULL AND k.happened_at > %s
             AND k.symptoms <> '[]'::jsonb
       )
FROM tracing_watch w
JOIN LATERAL (
    SELECT t.household_key FROM tracing_task t
    WHERE t.person_id = w.person_id AND t.watch_id = w.id AND t.kind = 'call' AND t.state = 'done' LIMIT 1
) c ON true
WHERE w.state = 'open' AND w.until > %s AND w.reached_at < %s AND w.person_id > %s
  AND NOT EXISTS (
      SELECT 1 FROM tracing_task f
      WHERE f.person_id = w.person_id AND f.watch_id = w.id AND f.kind = 'follow_up' AND f.due_on = %s
  )
ORDER BY w.person_id LIMIT %s

-- name: drop_missed_follow_ups
-- Daily questions of days that are over: nobody asked. They stay in the history as missed.
UPDATE tracing_task SET state = 'dropped', outcome = 'missed', closed_at = %s
WHERE state = 'open' AND kind = 'follow_up' AND due_on < %s

-- name: open_tasks_of_kind
-- Open tasks of one kind that are due by a day, in pages behind a person, with the watch's own times.
SELECT t.person_id, t.id, t.watch_id, t.kind, t.level, t.area_id, t.due_on, t.due_at, t.score, t.household_key,
       t.assigned_to, t.attempts, t.outcome, t.disease, w.reached_at, w.quarantined_at, w.tested_at
FROM tracing_task t JOIN tracing_watch w ON w.person_id = t.person_id AND w.id = t.watch_id
WHERE t.state = 'open' AND t.kind = %s AND t.due_on <= %s AND t.person_id > %s
ORDER BY t.person_id LIMIT %s

-- name: drop_unwatched
-- Tasks whose watch stayed with another record when two became one, or ended without a word: nobody is called twice.
UPDATE tracing_task t SET state = 'dropped', outcome = 'no_watch', closed_at = %s
WHERE t.state = 'open' AND NOT EXISTS (
    SELECT 1 FROM tracing_watch w WHERE w.person_id = t.person_id AND w.id = t.watch_id AND w.state = 'open'
)
