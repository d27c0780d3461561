-- name: plan_sessions
-- Sessions to come.
INSERT INTO immunization_session (status, lots, id, facility_id, date, part, capacity, staff)
SELECT 'planned', '{}'::jsonb, row.*
FROM unnest(%s::uuid[], %s::int[], %s::date[], %s::text[], %s::int[], %s::jsonb[]) AS row
ON CONFLICT (id) DO NOTHING

-- name: insert_plans
-- What was planned for them.
INSERT INTO immunization_sessionplan (actor_id, planned_at, session_id, facility_id, doses, reason)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::int[], %s::jsonb[], %s::text[]) AS row
ON CONFLICT (session_id) DO NOTHING

-- name: planned_sessions
-- Sessions as planned, for a change.
SELECT session.id, session.date, session.part, session.capacity, session.staff, session.status
FROM immunization_session session WHERE session.id = ANY(%s::uuid[])

-- name: replan_sessions
-- Planned sessions changed; one that was opened meanwhile stays as it is.
UPDATE immunization_session AS session
SET date = row.date, part = row.part, capacity = row.capacity, staff = row.staff, status = row.status
FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::int[], %s::jsonb[], %s::text[])
    AS row (id, date, part, capacity, staff, status)
WHERE session.id = row.id AND session.status IN ('planned', 'open', 'cancelled')

-- name: change_plans
-- The reason of the latest change, and new doses where they changed.
UPDATE immunization_sessionplan AS plan
SET doses = CASE WHEN row.doses = 'null'::jsonb THEN plan.doses ELSE row.doses END, reason = row.reason,
    changed_at = row.at, cancelled_at = CASE WHEN row.cancelled THEN row.at ELSE plan.cancelled_at END
FROM unnest(%s::uuid[], %s::jsonb[], %s::text[], %s::timestamptz[], %s::bool[])
    AS row (id, doses, reason, at, cancelled)
WHERE plan.session_id = row.id

-- name: sessions_with_staff
-- Sessions of these facilities and days that are planned or open, with their staff: who is where.
SELECT id, facility_id, date, part, staff FROM immunization_session
WHERE facility_id = ANY(%s::int[]) AND date = ANY(%s::date[]) AND status IN ('planned', 'open')

-- name: week_of_facilities
-- Sessions of a range of days with what was planned, in the order of time.
SELECT session.id, session.facility_id, session.date, session.part, session.status, session.capacity, session.staff,
       plan.doses, plan.reason
FROM immunization_session session
LEFT JOIN immunization_sessionplan plan ON plan.session_id = session.id
WHERE session.date BETWEEN %(first)s AND %(last)s
  AND (%(facilities)s::int[] IS NULL OR session.facility_id = ANY(%(facilities)s::int[]))
ORDER BY session.date, session.part = 'afternoon', session.facility_id, session.id
LIMIT %(most)s

-- name: weeks_by_facility
-- How many sessions, places and doses are planned at each facility in a range of days.
SELECT session.facility_id, count(*) FILTER (WHERE session.status <> 'cancelled')::int,
       coalesce(sum(session.capacity) FILTER (WHERE session.status <> 'cancelled'), 0)::int,
       count(*) FILTER (WHERE session.status = 'cancelled')::int
FROM immunization_session session
WHERE session.date BETWEEN %(first)s AND %(last)s AND session.facility_id = ANY(%(facilities)s::int[])
GROUP BY 1

-- name: latest_doses
-- The latest dose that counts of each of these people, and when the next one is due.
SELECT DISTINCT ON (person_id) person_id, product_id, next_due_on FROM immunization_dose
WHERE person_id = ANY(%s::uuid[]) AND status = 'active'
ORDER BY person_id, dose_number DESC

-- name: insert_tallies
-- Counts from paper; a session that has one already keeps it, and the row is not answered.
INSERT INTO immunization_tally
    (actor_id, recorded_at, id, facility_id, session_id, day, lines, doses, reason, happened_at, current)
SELECT %s::uuid, %s::timestamptz, row.*, true
FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::date[], %s::jsonb[], %s::int[], %s::text[], %s::timestamptz[]) AS row
ON CONFLICT (facility_id, session_id) WHERE current DO NOTHING
RETURNING id

-- name: replace_tallies
-- The former count becomes history.
UPDATE immunization_tally AS tally SET current = false
FROM unnest(%s::int[], %s::uuid[]) AS row (facility_id, session_id)
WHERE tally.facility_id = row.facility_id AND tally.session_id = row.session_id AND tally.current
RETURNING tally.session_id

-- name: tallies_of_session
-- Every count of a session, the latest first.
SELECT id, session_id, day, lines, doses, current, reason, actor_id, happened_at
FROM immunization_tally WHERE facility_id = %s AND session_id = %s ORDER BY recorded_at DESC, id DESC LIMIT 50

-- name: explanations_of_session
-- Explanations of a session, the latest first.
SELECT id, session_id, day, doses, cause, reason, state, actor_id, happened_at, answered_by, answered_at, answer
FROM immunization_explanation WHERE facility_id = %s AND session_id = %s
ORDER BY recorded_at DESC, id DESC LIMIT 50

-- name: insert_explanations
-- Why doses will not be recorded; a session in which one waits for its answer takes no second.
INSERT INTO immunization_explanation
    (actor_id, recorded_at, id, facility_id, session_id, day, doses, cause, reason, happened_at, state, answer)
SELECT %s::uuid, %s::timestamptz, row.*, 'proposed', ''
FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::date[], %s::jsonb[], %s::text[], %s::text[], %s::timestamptz[]) AS row
ON CONFLICT (facility_id, session_id) WHERE state = 'proposed' DO NOTHING
RETURNING id

-- name: explanation_to_answer
-- One explanation, kept from others until this transaction ends.
SELECT session_id, state, actor_id, doses FROM immunization_explanation WHERE facility_id = %s AND id = %s FOR UPDATE

-- name: answer_explanation
-- Accepted, or returned with a reason.
UPDATE immunization_explanation SET state = %s, answered_by = %s, answered_at = %s, answer = %s
WHERE facility_id = %s AND id = %s

-- name: day_tallies
-- Published to analytics: current counts of facilities and days, sessions in the order of the day.
SELECT tally.facility_id, tally.day, tally.session_id, tally.lines
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN immunization_tally tally ON tally.facility_id = cell.facility_id AND tally.day = cell.day AND tally.current
ORDER BY tally.facility_id, tally.day, tally.session_id

-- name: day_explanations
-- Published to analytics: accepted explanations of facilities and days.
SELECT answer.facility_id, answer.day, answer.session_id, answer.doses
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN immunization_explanation answer
    ON answer.facility_id = cell.facility_id AND answer.day = cell.day AND answer.state = 'accepted'

-- name: day_sessions
-- Published to analytics: sessions of facilities and days.
SELECT session.facility_id, session.date, session.id, session.status
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN immunization_session session ON session.facility_id = cell.facility_id AND session.date = cell.day

-- name: day_doses
-- Published to analytics: doses that count, of facilities and days, by session and product, with whose they are.
SELECT dose.facility_id, dose.given_on, dose.session_id, dose.product_id, array_agg(dose.person_id)
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN immunization_dose dose ON dose.facility_id = cell.facility_id AND dose.given_on = cell.day
WHERE dose.status = 'active'
GROUP BY 1, 2, 3, 4

-- name: debt_days
-- Published to analytics: every facility and day that has doses, tallies or sessions that were closed.
SELECT facility_id, given_on FROM immunization_dose WHERE status = 'active' AND facility_id IS NOT NULL GROUP BY 1, 2
UNION SELECT facility_id, day FROM immunization_tally
UNION SELECT facility_id, date FROM immunization_session WHERE status = 'closed'
ORDER BY 1, 2

-- name: days_of_doses
-- Published to analytics: where and when these doses were given.
SELECT DISTINCT dose.facility_id, dose.given_on FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
JOIN immunization_dose dose ON dose.person_id = row.person_id AND dose.id = row.id
WHERE dose.facility_id IS NOT NULL

-- name: days_of_people
-- Published to analytics: where and when these people were ever vaccinated.
SELECT DISTINCT facility_id, given_on FROM immunization_dose
WHERE person_id = ANY(%s::uuid[]) AND facility_id IS NOT NULL

-- name: days_of_sessions
-- Published to analytics: where and when these sessions are.
SELECT DISTINCT facility_id, date FROM immunization_session WHERE id = ANY(%s::uuid[])
