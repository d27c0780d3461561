-- The line list is asked with `prepare=False`: the planner sees the values, so that conditions that ask nothing fall away, a
-- CASE of the order wished for becomes that column alone, and the index that fits carries the page. The narrowing stands in
-- four statements all the same: behind an OR the overdue cannot be carried by their tasks, and every watch would be looked
-- at; a union of those overdue and all loses the order of the indexes; a function keeps the planner of Citus out.

-- name: watches_listed
-- A page of people under watch in some areas (null: the nation), in the order wished for, beyond a (value, id).
SELECT person_id, id, disease, level, area_id, area_from, since, until, quarantine, score, links, state, release_reason,
       listed_at, reached_at, quarantined_at, tested_at
FROM tracing_watch w
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
  AND (%(state)s::text = '' OR state = %(state)s::text)
  AND (%(level)s::smallint IS NULL OR level = %(level)s::smallint)
  AND (%(disease)s::text = '' OR disease = %(disease)s::text)
  AND (%(reached)s::bool IS NULL OR (reached_at IS NOT NULL) = %(reached)s::bool)
  AND (%(quarantined)s::bool IS NULL OR (quarantined_at IS NOT NULL) = %(quarantined)s::bool)
  AND (%(tested)s::bool IS NULL OR (tested_at IS NOT NULL) = %(tested)s::bool)
  AND listed_at >= %(since)s::timestamptz
  AND CASE %(sort)s::text
        WHEN 'listed' THEN (listed_at, id) < (%(listed_at)s::timestamptz, %(after_id)s::uuid)
        WHEN 'score' THEN (score, id) < (%(score)s::float8, %(after_id)s::uuid)
        ELSE (until, id) > (%(until)s::date, %(after_id)s::uuid) END
ORDER BY CASE %(sort)s::text WHEN 'listed' THEN listed_at END DESC, CASE %(sort)s::text WHEN 'score' THEN score END DESC,
         CASE %(sort)s::text WHEN 'until' THEN until END, CASE %(sort)s::text WHEN 'until' THEN id END, id DESC
LIMIT %(most)s

-- name: watches_overdue
-- The same of those with a task open since before today; the tasks carry it.
SELECT person_id, id, disease, level, area_id, area_from, since, until, quarantine, score, links, state, release_reason,
       listed_at, reached_at, quarantined_at, tested_at
FROM tracing_watch w
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
  AND (%(state)s::text = '' OR state = %(state)s::text)
  AND (%(level)s::smallint IS NULL OR level = %(level)s::smallint)
  AND (%(disease)s::text = '' OR disease = %(disease)s::text)
  AND (%(reached)s::bool IS NULL OR (reached_at IS NOT NULL) = %(reached)s::bool)
  AND (%(quarantined)s::bool IS NULL OR (quarantined_at IS NOT NULL) = %(quarantined)s::bool)
  AND (%(tested)s::bool IS NULL OR (tested_at IS NOT NULL) = %(tested)s::bool)
  AND listed_at >= %(since)s::timestamptz
  AND EXISTS (SELECT FROM tracing_task t WHERE t.person_id = w.person_id AND t.watch_id = w.id AND t.state = 'open'
                AND t.kind <> 'order' AND t.due_on < %(today)s::date)
  AND CASE %(sort)s::text
        WHEN 'listed' THEN (listed_at, id) < (%(listed_at)s::timestamptz, %(after_id)s::uuid)
        WHEN 'score' THEN (score, id) < (%(score)s::float8, %(after_id)s::uuid)
        ELSE (until, id) > (%(until)s::date, %(after_id)s::uuid) END
ORDER BY CASE %(sort)s::text WHEN 'listed' THEN listed_at END DESC, CASE %(sort)s::text WHEN 'score' THEN score END DESC,
         CASE %(sort)s::text WHEN 'until' THEN until END, CASE %(sort)s::text WHEN 'until' THEN id END, id DESC
LIMIT %(most)s

-- name: watches_counted
-- How many people under watch fit, counted up to a bound.
SELECT count(*) FROM (
    SELECT FROM tracing_watch w
    WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
      AND (%(state)s::text = '' OR state = %(state)s::text)
      AND (%(level)s::smallint IS NULL OR level = %(level)s::smallint)
      AND (%(disease)s::text = '' OR disease = %(disease)s::text)
      AND (%(reached)s::bool IS NULL OR (reached_at IS NOT NULL) = %(reached)s::bool)
      AND (%(quarantined)s::bool IS NULL OR (quarantined_at IS NOT NULL) = %(quarantined)s::bool)
      AND (%(tested)s::bool IS NULL OR (tested_at IS NOT NULL) = %(tested)s::bool)
      AND listed_at >= %(since)s::timestamptz
    LIMIT %(most)s
) found

-- name: overdue_counted
-- How many of them have a task open since before today, counted up to a bound.
SELECT count(*) FROM (
    SELECT FROM tracing_watch w
    WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
      AND (%(state)s::text = '' OR state = %(state)s::text)
      AND (%(level)s::smallint IS NULL OR level = %(level)s::smallint)
      AND (%(disease)s::text = '' OR disease = %(disease)s::text)
      AND (%(reached)s::bool IS NULL OR (reached_at IS NOT NULL) = %(reached)s::bool)
      AND (%(quarantined)s::bool IS NULL OR (quarantined_at IS NOT NULL) = %(quarantined)s::bool)
      AND (%(tested)s::bool IS NULL OR (tested_at IS NOT NULL) = %(tested)s::bool)
      AND listed_at >= %(since)s::timestamptz
      AND EXISTS (SELECT FROM tracing_task t WHERE t.person_id = w.person_id AND t.watch_id = w.id AND t.state = 'open'
                    AND t.kind <> 'order' AND t.due_on < %(today)s::date)
    LIMIT %(most)s
) found

-- name: watches_of_people
-- Watches of these people in some areas (null: the nation), the latest listed first.
SELECT person_id, id, disease, level, area_id, area_from, since, until, quarantine, score, links, state, release_reason,
       listed_at, reached_at, quarantined_at, tested_at
FROM tracing_watch
WHERE person_id = ANY(%(people)s::uuid[]) AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
ORDER BY listed_at DESC, id DESC LIMIT %(most)s

-- name: late_watches
-- Of these watches those with a task open since before today.
SELECT DISTINCT watch_id FROM tracing_task
WHERE person_id = ANY(%(people)s::uuid[]) AND watch_id = ANY(%(watches)s::uuid[]) AND state = 'open' AND kind <> 'order'
  AND due_on < %(today)s::date

-- name: watched_away
-- People under watch in these areas though they live elsewhere: handed over, or where they stay.
SELECT DISTINCT person_id FROM tracing_watch
WHERE area_id = ANY(%(areas)s::int[]) AND state = 'open' AND area_from <> 'residence' LIMIT %(most)s

-- name: clocks_of_cases
-- Medians, in seconds, of the steps of standing lists since a moment; of these cases, or (null) of the nation.
SELECT count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM case_at - result_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM list_at - case_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM reached_at - list_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM quarantined_at - list_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM tested_at - list_at)),
       count(reached_at), count(quarantined_at), count(tested_at), coalesce(sum(f1), 0), coalesce(sum(f2), 0)
FROM tracing_caselist
WHERE state = 'standing' AND list_at >= %(since)s::timestamptz
  AND (%(cases)s::uuid[] IS NULL OR case_id = ANY(%(cases)s::uuid[]))

-- name: open_work_by_place
-- Of each commune of some areas (null: the nation): people under watch, tasks due and late, households to call.
SELECT coalesce(area_id, 1), count(DISTINCT person_id), count(*) FILTER (WHERE due_at <= %(now)s::timestamptz),
       count(*) FILTER (WHERE due_on < %(today)s::date AND due_at <= %(now)s::timestamptz),
       count(DISTINCT household_key) FILTER (WHERE due_at <= %(now)s::timestamptz)
FROM tracing_task
WHERE state = 'open' AND kind <> 'order' AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
GROUP BY area_id

-- name: done_by_place
-- Households spoken to since a moment, by commune.
SELECT area_id, count(DISTINCT household_key) FROM tracing_task
WHERE state = 'done' AND closed_at >= %(since)s::timestamptz AND kind IN ('call', 'follow_up', 'end')
  AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
GROUP BY area_id

-- name: capacities_said
-- How many calls a day each commune makes, as its officer said.
SELECT area_id, calls_a_day FROM tracing_capacity
WHERE %(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[])

-- name: link_between
-- The line of a case's list about one person, standing or released.
SELECT level, grade, rule, first_exposure, last_exposure, seconds, kind, rank, score, state, release_reason, listed_at
FROM tracing_link WHERE person_id = %s::uuid AND case_id = %s::uuid
