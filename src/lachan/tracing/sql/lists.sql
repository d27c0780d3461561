-- name: ask_for_lists
-- Cases whose lists are to be worked out; only ever added, so that nobody waits for the follower.
INSERT INTO tracing_request (case_id, person_id, disease, what, asked_at, after, attempts)
SELECT case_id, person_id, disease, what, asked_at, after, 0
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
     AS new(case_id, person_id, disease, what, asked_at, after)

-- name: take_requests
-- Due requests of a few cases, taken off; those of another process's hands are left to it.
DELETE FROM tracing_request WHERE id IN (
    SELECT id FROM tracing_request WHERE after <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING case_id, person_id, disease, what, asked_at, attempts

-- name: put_requests_off
-- What could not be worked out waits, and is tried again.
INSERT INTO tracing_request (case_id, person_id, disease, what, asked_at, after, attempts)
SELECT case_id, person_id, disease, what, asked_at, %s::timestamptz, attempts
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::smallint[])
     AS new(case_id, person_id, disease, what, asked_at, attempts)

-- name: waiting_requests
-- How many wait, and since when.
SELECT count(DISTINCT case_id), min(asked_at) FROM tracing_request

-- name: cases_around
-- Cases on whose lists these people are, and their own.
SELECT DISTINCT case_id, case_person_id, disease FROM tracing_link
WHERE person_id = ANY(%s::uuid[]) OR case_person_id = ANY(%s::uuid[])
UNION
SELECT case_id, person_id, disease FROM tracing_caselist WHERE person_id = ANY(%s::uuid[])

-- name: lists_by_rule
-- Standing lists of a disease that another rule made, recent enough to matter.
SELECT case_id, person_id, disease FROM tracing_caselist
WHERE state = 'standing' AND disease = %s AND rule <> %s AND window_to > %s
ORDER BY case_id LIMIT %s

-- name: links_of_cases
-- Whoever was ever listed for these cases.
SELECT case_id, person_id, id, state, level, grade, rule, first_exposure, last_exposure, seconds, kind, place_id, rank
FROM tracing_link WHERE case_id = ANY(%s::uuid[])

-- name: write_links
-- Contacts of cases: new ones, and those about whom something is different now.
INSERT INTO tracing_link (person_id, id, case_id, case_person_id, disease, level, grade, rule, first_exposure,
                          last_exposure, seconds, kind, place_id, place_area_id, via_id, score, rank, evidence, state,
                          listed_at, changed_at, release_reason)
SELECT person_id, id, case_id, case_person_id, disease, level, grade, rule, first_exposure, last_exposure, seconds, kind,
       place_id, place_area_id, via_id, score, rank, evidence, 'standing', %s::timestamptz, %s::timestamptz, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::smallint[], %s::text[], %s::text[],
            %s::timestamptz[], %s::timestamptz[], %s::int[], %s::text[], %s::bigint[], %s::int[], %s::uuid[],
            %s::float8[], %s::int[], %s::jsonb[])
     AS new(person_id, id, case_id, case_person_id, disease, level, grade, rule, first_exposure, last_exposure, seconds,
            kind, place_id, place_area_id, via_id, score, rank, evidence)
ON CONFLICT (person_id, case_id) DO UPDATE SET
    case_person_id = excluded.case_person_id, level = excluded.level, grade = excluded.grade, rule = excluded.rule,
    first_exposure = excluded.first_exposure, last_exposure = excluded.last_exposure, seconds = excluded.seconds,
    kind = excluded.kind, place_id = excluded.place_id, place_area_id = excluded.place_area_id, via_id = excluded.via_id,
    score = excluded.score, rank = excluded.rank, evidence = excluded.evidence, state = 'standing',
    listed_at = CASE WHEN tracing_link.state = 'released' THEN excluded.listed_at ELSE tracing_link.listed_at END,
    changed_at = excluded.changed_at, release_reason = ''

-- name: release_links
-- No longer contacts of these cases, and why.
UPDATE tracing_link link SET state = 'released', release_reason = gone.reason, changed_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS gone(person_id, case_id, reason)
WHERE link.person_id = gone.person_id AND link.case_id = gone.case_id AND link.person_id = ANY(%s::uuid[])
  AND link.state = 'standing'

-- name: standing_links
-- What keeps these people under watch.
SELECT person_id, level, last_exposure, rule, score, place_area_id, listed_at
FROM tracing_link WHERE person_id = ANY(%s::uuid[]) AND disease = %s AND state = 'standing' AND grade <> 'factor'

-- name: open_watches
-- Who of these people is under watch.
SELECT person_id, id, level, area_id, area_from, rule, last_exposure, since, until, quarantine, links, score
FROM tracing_watch WHERE person_id = ANY(%s::uuid[]) AND disease = %s AND state = 'open'

-- name: let_go_by_officers
-- Whom an officer let go, and when: what was known then is no reason to watch them again.
SELECT person_id, max(changed_at) FROM tracing_watch
WHERE person_id = ANY(%s::uuid[]) AND disease = %s AND state = 'released' AND release_reason LIKE 'officer:%%'
GROUP BY person_id

-- name: write_watches
-- People under watch: new ones, and those whose watch is another now.
INSERT INTO tracing_watch (person_id, id, disease, level, area_id, area_from, rule, last_exposure, since, until,
                           quarantine, test_days, links, score, state, listed_at, changed_at, release_reason)
SELECT person_id, id, %s::text, level, area_id, area_from, rule, last_exposure, since, until, quarantine, test_days, links,
       score, 'open', %s::timestamptz, %s::timestamptz, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::date[],
            %s::date[], %s::text[], %s::jsonb[], %s::int[], %s::float8[])
     AS new(person_id, id, level, area_id, area_from, rule, last_exposure, since, until, quarantine, test_days, links,
            score)
ON CONFLICT (person_id, id) DO UPDATE SET
    level = excluded.level, rule = excluded.rule, last_exposure = excluded.last_exposure, until = excluded.until,
    quarantine = excluded.quarantine, test_days = excluded.test_days, links = excluded.links, score = excluded.score,
    changed_at = excluded.changed_at

-- name: end_watches
-- No longer under watch: released, or a case themselves.
UPDATE tracing_watch watch SET state = gone.state, release_reason = gone.reason, changed_at = %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS gone(person_id, id, state, reason)
WHERE watch.person_id = gone.person_id AND watch.id = gone.id AND watch.person_id = ANY(%s::uuid[])

-- name: watches_past
-- Watches whose last day is over, and that were not ended.
SELECT person_id, id, disease, level, area_id, since, until, test_days, quarantine, score FROM tracing_watch
WHERE state = 'open' AND until < %s ORDER BY until, person_id LIMIT %s

-- name: write_caselists
-- The line of each case; the first times of its clock stay.
INSERT INTO tracing_caselist (person_id, case_id, disease, rule, anchor_kind, anchor_at, window_from, window_to, f1, f2,
                              capped, computed_at, revision, result_at, case_at, list_at, state)
SELECT person_id, case_id, disease, rule, anchor_kind, anchor_at, window_from, window_to, f1, f2, capped,
       %s::timestamptz, 1, result_at, case_at, %s::timestamptz, 'standing'
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::int[], %s::int[], %s::int[], %s::timestamptz[], %s::timestamptz[])
     AS new(person_id, case_id, disease, rule, anchor_kind, anchor_at, window_from, window_to, f1, f2, capped, result_at,
            case_at)
ON CONFLICT (person_id, case_id) DO UPDATE SET
    rule = excluded.rule, anchor_kind = excluded.anchor_kind, anchor_at = excluded.anchor_at,
    window_from = excluded.window_from, window_to = excluded.window_to, f1 = excluded.f1, f2 = excluded.f2,
    capped = excluded.capped, computed_at = excluded.computed_at, state = 'standing',
    revision = tracing_caselist.revision + 1

-- name: withdraw_caselists
-- Cases that are none any more.
UPDATE tracing_caselist SET state = 'withdrawn', computed_at = %s, revision = revision + 1, f1 = 0, f2 = 0, capped = 0
WHERE case_id = ANY(%s::uuid[]) AND state = 'standing'

-- name: drop_casestays
-- Where these cases were, before it is written anew; a warning that was given stays.
DELETE FROM tracing_casestay WHERE case_id = ANY(%s::uuid[]) AND warned_at IS NULL

-- name: write_casestays
-- Where the cases were in their windows.
INSERT INTO tracing_casestay (place_id, id, case_id, person_id, disease, t_in, t_out, others, listed, area_id, noted_at)
SELECT place_id, id, case_id, person_id, disease, t_in, t_out, others, listed, area_id, %s::timestamptz
FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::int[], %s::int[], %s::int[])
     AS new(place_id, id, case_id, person_id, disease, t_in, t_out, others, listed, area_id)
ON CONFLICT (place_id, case_id, t_in) DO UPDATE SET
    t_out = excluded.t_out, others = excluded.others, listed = excluded.listed

-- name: stays_to_look_at
-- Where standing cases were lately: a check-in that comes late may touch one.
SELECT stay.place_id, stay.t_in, stay.t_out, stay.case_id, stay.person_id, stay.disease
FROM tracing_casestay stay WHERE stay.t_out > %s

-- name: lists_standing
-- Cases whose own check-ins may still come late.
SELECT case_id, person_id, disease, window_from, window_to FROM tracing_caselist
WHERE state = 'standing' AND window_to > %s

-- name: batches_behind
-- Batches of check-ins behind a reader's cursor and below the oldest running transaction, in commit-safe order.
SELECT xid::text::bigint, id, content FROM tracing_visitbatch
WHERE (xid::text::bigint, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, id LIMIT %s

-- name: watches_still_open
-- Of these watches those that are open.
SELECT watch.person_id, watch.id FROM tracing_watch watch
JOIN unnest(%s::uuid[], %s::uuid[]) AS asked(person_id, id) ON asked.person_id = watch.person_id AND asked.id = watch.id
WHERE watch.person_id = ANY(%s::uuid[]) AND watch.state = 'open'

-- name: contacts_of_case
-- A page of the list of a case, in order of rank; of those whose commune is in the areas (null: all of them).
SELECT link.person_id, link.level, link.grade, link.rule, link.first_exposure, link.last_exposure, link.seconds,
       link.kind, link.place_id, link.via_id, link.score, link.rank,
       CASE WHEN %s::bool THEN link.evidence::text END, link.state, link.release_reason, link.listed_at,
       link.changed_at, watch.id, watch.area_id, watch.since, watch.until, watch.quarantine, watch.reached_at,
       watch.quarantined_at, watch.tested_at
FROM tracing_link link
LEFT JOIN tracing_watch watch
       ON watch.person_id = link.person_id AND watch.disease = link.disease AND watch.state = 'open'
WHERE link.case_id = %s::uuid AND link.level = ANY(%s::smallint[]) AND link.state = ANY(%s::text[])
  AND (%s::int[] IS NULL OR watch.area_id = ANY(%s::int[]))
  AND (link.level, link.rank) > (%s::smallint, %s::int)
ORDER BY link.level, link.rank LIMIT %s::int

-- name: lines_of_cases
-- The one line of each of these cases.
SELECT person_id, case_id, disease, rule, anchor_kind, anchor_at, window_from, window_to, f1, f2, capped, computed_at,
       revision, result_at, case_at, list_at, reached_at, quarantined_at, tested_at, state
FROM tracing_caselist WHERE case_id = ANY(%s::uuid[])

-- name: stays_of_case
-- Where a case was in its window.
SELECT place_id, id, t_in, t_out, others, listed, area_id, warned_at
FROM tracing_casestay WHERE case_id = %s::uuid ORDER BY t_in LIMIT %s::int

-- name: cases_met
-- Cases that were at a place at the same time as any of these pseudonyms.
SELECT DISTINCT stay.case_id, stay.person_id, stay.disease
FROM tracing_visit visit
JOIN tracing_casestay stay
  ON stay.place_id = visit.place_id AND stay.t_in < visit.t_out AND stay.t_out > visit.t_in
WHERE visit.subject = ANY(%s::bigint[]) AND visit.t_in > %s::timestamptz

-- name: claim_warnings
-- Stays found lately of which the staff of the place was not told; left alone by others meanwhile.
SELECT stay.place_id, stay.id, stay.t_in FROM tracing_casestay stay
WHERE stay.warned_at IS NULL AND stay.noted_at > %s::timestamptz AND stay.place_id > %s::bigint
ORDER BY stay.place_id LIMIT %s::int FOR UPDATE SKIP LOCKED

-- name: keep_warnings
-- Told: by whom, null for a message.
UPDATE tracing_casestay stay SET warned_at = %s::timestamptz, warned_by = %s::uuid
FROM unnest(%s::bigint[], %s::uuid[]) AS told(place_id, id)
WHERE stay.place_id = told.place_id AND stay.id = told.id AND stay.place_id = ANY(%s::bigint[])

-- name: places_to_warn
-- Places in these areas (null: all) where a case was lately and nobody was told yet.
SELECT place_id, count(*), min(t_in), max(t_out), sum(others)::int FROM tracing_casestay
WHERE warned_at IS NULL AND t_out > %s::timestamptz AND (%s::int[] IS NULL OR area_id = ANY(%s::int[]))
GROUP BY place_id ORDER BY max(t_out) DESC, place_id LIMIT %s::int

-- name: stays_to_tell_by_hand
-- What is told when somebody calls a place: every stay there that waits.
SELECT place_id, id FROM tracing_casestay
WHERE place_id = %s::bigint AND warned_at IS NULL AND (%s::int[] IS NULL OR area_id = ANY(%s::int[]))

-- name: unwatched_links
-- People with a standing link and a last exposure that still matters, who are under no watch and are no case themselves.
SELECT link.person_id, link.disease, max(link.last_exposure) FROM tracing_link link
WHERE link.state = 'standing' AND link.grade <> 'factor' AND link.last_exposure > %s::timestamptz
  AND NOT EXISTS (SELECT 1 FROM tracing_watch watch
                  WHERE watch.person_id = link.person_id AND watch.disease = link.disease
                    AND (watch.state IN ('open', 'case', 'ended') OR watch.release_reason LIKE 'officer:%%')
                    AND watch.last_exposure >= link.last_exposure)
GROUP BY link.person_id, link.disease LIMIT %s::int

-- name: watches_without_links
-- People under watch whom no list holds.
SELECT watch.person_id, watch.disease FROM tracing_watch watch
WHERE watch.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM tracing_link link
                  WHERE link.person_id = watch.person_id AND link.disease = watch.disease AND link.state = 'standing')
LIMIT %s::int

-- name: lists_miscounted
-- Lists whose line says another number of people than stand on them.
SELECT line.case_id FROM tracing_caselist line
LEFT JOIN (SELECT case_id, count(*) FILTER (WHERE level = 1) AS f1, count(*) FILTER (WHERE level = 2) AS f2
           FROM tracing_link WHERE state = 'standing' GROUP BY case_id) held ON held.case_id = line.case_id
WHERE (line.f1, line.f2) <> (coalesce(held.f1, 0), coalesce(held.f2, 0)) LIMIT %s::int

-- name: watches_without_call
-- People under watch nobody was reached of, and whom nobody is to call.
SELECT watch.person_id, watch.disease FROM tracing_watch watch
WHERE watch.state = 'open' AND watch.reached_at IS NULL AND watch.until >= %s::date
  AND NOT EXISTS (SELECT 1 FROM tracing_task task
                  WHERE task.person_id = watch.person_id AND task.watch_id = watch.id AND task.kind = 'call')
LIMIT %s::int

-- name: drop_old_casestays
-- Where cases were, past the legal period of visits, a portion at a time.
WITH old AS (SELECT place_id, id FROM tracing_casestay WHERE t_out < %s LIMIT %s)
DELETE FROM tracing_casestay gone USING old WHERE gone.place_id = old.place_id AND gone.id = old.id
