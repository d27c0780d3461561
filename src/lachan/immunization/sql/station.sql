-- name: sessions_by_id
-- Sessions commands refer to.
SELECT id, facility_id, date, status, closed_at, vials FROM immunization_session WHERE id = ANY(%s::uuid[])

-- name: insert_sessions
-- Sessions opened; the same one twice is left alone, one that was planned becomes what it is on the day.
INSERT INTO immunization_session AS session (opened_at, status, id, facility_id, date, part, capacity, lots, staff)
SELECT %s::timestamptz, 'open', row.*
FROM unnest(%s::uuid[], %s::int[], %s::date[], %s::text[], %s::int[], %s::jsonb[], %s::jsonb[]) AS row
ON CONFLICT (id) DO UPDATE SET
    opened_at = EXCLUDED.opened_at, status = 'open', date = EXCLUDED.date, part = EXCLUDED.part,
    capacity = EXCLUDED.capacity, lots = EXCLUDED.lots,
    staff = CASE WHEN EXCLUDED.staff = '[]'::jsonb THEN session.staff ELSE EXCLUDED.staff END
WHERE session.status IN ('planned', 'cancelled')

-- name: close_sessions
-- Sessions closed at the time the station says.
UPDATE immunization_session AS session SET status = 'closed', closed_at = row.closed_at
FROM unnest(%s::uuid[], %s::timestamptz[]) AS row (id, closed_at)
WHERE session.id = row.id AND session.status <> 'closed'

-- name: insert_arrivals
-- Arrivals; a person already in the session keeps the encounter.
INSERT INTO immunization_encounter
    (actor_id, recorded_at, id, person_id, session_id, facility_id, happened_at, expected_dose_number, screening_reasons)
SELECT %s::uuid, %s::timestamptz, row.*, '[]'::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[], %s::smallint[]) AS row
ON CONFLICT (person_id, session_id) DO NOTHING

-- name: encounters_of
-- Encounters of persons in sessions.
SELECT encounter.person_id, encounter.session_id, encounter.id, encounter.dosed_at, encounter.released_at,
       encounter.dose_id, encounter.screening_outcome
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, session_id)
JOIN immunization_encounter encounter
    ON encounter.person_id = row.person_id AND encounter.session_id = row.session_id

-- name: insert_screenings
-- Filled forms.
INSERT INTO immunization_screening
    (actor_id, recorded_at, id, person_id, happened_at, encounter_id, form_code, form_valid_from, answers, measures,
     outcome, reasons, consent)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::date[], %s::jsonb[], %s::jsonb[],
            %s::text[], %s::jsonb[], %s::bool[]) AS row

-- name: screened_encounters
-- The class and consent in the encounter.
UPDATE immunization_encounter AS encounter
SET screened_at = row.at, screening_outcome = row.outcome, screening_reasons = row.reasons,
    consent_at = CASE WHEN row.consent THEN row.at END
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::jsonb[], %s::bool[])
    AS row (person_id, id, at, outcome, reasons, consent)
WHERE encounter.person_id = row.person_id AND encounter.id = row.id

-- name: insert_not_given
-- Not vaccinated, and why.
INSERT INTO immunization_notgiven
    (actor_id, recorded_at, id, person_id, happened_at, session_id, encounter_id, facility_id, reason, note)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::text[]) AS row

-- name: not_given_encounters
-- The same in the encounter.
UPDATE immunization_encounter AS encounter SET not_given_at = row.at, not_given_reason = row.reason
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[]) AS row (person_id, id, at, reason)
WHERE encounter.person_id = row.person_id AND encounter.id = row.id

-- name: insert_reactions
-- Reactions noted.
INSERT INTO immunization_reaction
    (actor_id, recorded_at, id, person_id, happened_at, encounter_id, dose_id, facility_id, severity, symptoms, onset_at,
     note)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::jsonb[],
            %s::timestamptz[], %s::text[]) AS row

-- name: reaction_encounters
-- The gravest reaction in the encounter.
UPDATE immunization_encounter AS encounter
SET reaction_severity = CASE
    WHEN encounter.reaction_severity = 'severe' OR row.severity = 'severe' THEN 'severe'
    WHEN encounter.reaction_severity = 'moderate' OR row.severity = 'moderate' THEN 'moderate'
    ELSE row.severity END
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, id, severity)
WHERE encounter.person_id = row.person_id AND encounter.id = row.id

-- name: release_encounters
-- People who went home.
UPDATE immunization_encounter AS encounter SET released_at = row.at
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS row (person_id, id, at)
WHERE encounter.person_id = row.person_id AND encounter.id = row.id AND encounter.released_at IS NULL

-- name: people_waiting
-- How many have arrived in a session and wait for what comes next.
SELECT count(*) FROM immunization_encounter
WHERE session_id = %s AND dosed_at IS NULL AND not_given_at IS NULL
    AND (screening_outcome IS NULL OR screening_outcome IN ('eligible', 'caution'))

-- name: session_begun
-- Whether anybody has come to a session.
SELECT EXISTS (SELECT 1 FROM immunization_encounter WHERE session_id = %s)
