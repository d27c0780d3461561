-- name: cases_of_persons
-- Every case of persons, for whoever adds to one.
SELECT id, person_id, code, dose_id, session_id, facility_id, residence_id, product_id, lot_id, lot_number, dose_number,
       given_at, age_band, sex, source, actor_id, happened_at, recorded_at
FROM immunization_reactioncase WHERE person_id = ANY(%s::uuid[])

-- name: facts_of_persons
-- All that was said about the cases of persons, in order.
SELECT person_id, case_id, version, kind, happened_at, known_at, form, content, actor_id, recorded_at, id
FROM immunization_reactionfact WHERE person_id = ANY(%s::uuid[]) ORDER BY person_id, case_id, version

-- name: facts_of_case
-- All that was said about one case, in order.
SELECT person_id, case_id, version, kind, happened_at, known_at, form, content, actor_id, recorded_at, id
FROM immunization_reactionfact WHERE person_id = %s AND case_id = %s ORDER BY version

-- name: insert_reaction_facts
-- What was said.
INSERT INTO immunization_reactionfact
    (actor_id, recorded_at, id, person_id, happened_at, case_id, version, kind, known_at, form, content)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::smallint[], %s::text[], %s::timestamptz[],
            %s::text[], %s::bytea[]) AS row

-- name: put_reaction_cases
-- Cases as their facts make them.
INSERT INTO immunization_reactioncase
    (id, person_id, actor_id, happened_at, recorded_at, code, dose_id, session_id, facility_id, residence_id, product_id,
     lot_id, lot_number, dose_number, given_at, age_band, sex, source, severity, serious, seriousness, symptoms, outcome,
     onset_at, causality, state, known_at, due_at, notified_at, acknowledged_at, investigated_at, classified_at,
     closed_at, reminded_at, escalated_at, version)
SELECT row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::uuid[],
            %s::uuid[], %s::int[], %s::int[], %s::smallint[], %s::int[], %s::text[], %s::smallint[], %s::timestamptz[],
            %s::smallint[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::jsonb[], %s::jsonb[], %s::text[],
            %s::timestamptz[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::smallint[]) AS row
ON CONFLICT (person_id, id) DO UPDATE SET
    dose_id = EXCLUDED.dose_id, session_id = EXCLUDED.session_id, facility_id = EXCLUDED.facility_id,
    product_id = EXCLUDED.product_id, lot_id = EXCLUDED.lot_id, lot_number = EXCLUDED.lot_number,
    dose_number = EXCLUDED.dose_number, given_at = EXCLUDED.given_at,
    severity = EXCLUDED.severity, serious = EXCLUDED.serious, seriousness = EXCLUDED.seriousness,
    symptoms = EXCLUDED.symptoms, outcome = EXCLUDED.outcome, onset_at = EXCLUDED.onset_at,
    causality = EXCLUDED.causality, state = EXCLUDED.state, known_at = EXCLUDED.known_at, due_at = EXCLUDED.due_at,
    notified_at = EXCLUDED.notified_at, acknowledged_at = EXCLUDED.acknowledged_at,
    investigated_at = EXCLUDED.investigated_at, classified_at = EXCLUDED.classified_at, closed_at = EXCLUDED.closed_at,
    reminded_at = EXCLUDED.reminded_at, escalated_at = EXCLUDED.escalated_at, version = EXCLUDED.version

-- name: encounters_of_doses
-- The encounter in which each dose was given.
SELECT encounter.person_id, encounter.dose_id, encounter.id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, dose_id)
JOIN immunization_encounter encounter
    ON encounter.person_id = row.person_id AND encounter.dose_id = row.dose_id

-- name: cases_follow_dose
-- A case follows the dose it is about when that was amended: another lot or facility, another heading.
UPDATE immunization_reactioncase AS harm
SET dose_id = dose.id, session_id = dose.session_id, facility_id = dose.facility_id, product_id = dose.product_id,
    lot_id = dose.lot_id, lot_number = dose.lot_number, dose_number = dose.dose_number, given_at = dose.happened_at
FROM immunization_dose dose
WHERE harm.person_id = %s AND harm.dose_id = %s AND dose.person_id = harm.person_id AND dose.id = %s

-- name: halt_sessions
-- Sessions stopped, with the reason; one that is closed already keeps its time and gets the first reason.
UPDATE immunization_session AS session
SET status = 'closed', closed_at = coalesce(session.closed_at, row.closed_at),
    halt_reason = CASE WHEN session.halt_reason = '' THEN row.reason ELSE session.halt_reason END
FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[]) AS row (id, closed_at, reason)
WHERE session.id = row.id

-- name: reaction_list
-- Cases within the reader's places, narrowed and sorted; those whose clock runs come first where that is asked for.
SELECT id, person_id, code, dose_id, session_id, facility_id, residence_id, product_id, lot_id, lot_number, dose_number,
       given_at, age_band, sex, source, severity, serious, seriousness, symptoms, outcome, onset_at, causality, state,
       known_at, due_at, notified_at, acknowledged_at, closed_at, reminded_at, escalated_at, version, actor_id
FROM immunization_reactioncase
WHERE (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s) OR residence_id = ANY (%(areas)s::int[]))
    AND known_at >= %(since)s AND known_at < %(until)s
    AND (%(state)s = '' OR state = %(state)s OR (%(state)s = 'open' AND state <> 'closed'))
    AND (NOT %(serious)s OR serious)
    AND (NOT %(late)s OR (serious AND notified_at IS NULL AND due_at < %(now)s) OR notified_at > due_at)
    AND (%(severity)s = '' OR severity = %(severity)s)
    AND (%(product)s = 0 OR product_id = %(product)s)
    AND (%(facility)s = 0 OR facility_id = %(facility)s)
    AND (%(session)s::uuid IS NULL OR session_id = %(session)s)
    AND (%(lot)s = '' OR lot_number = %(lot)s)
    AND (%(symptom)s = '' OR symptoms @> to_jsonb(%(symptom)s::text))
    AND (%(causality)s = '' OR causality = %(causality)s)
    AND (%(code)s = '' OR code = %(code)s)
ORDER BY
    CASE WHEN %(sort)s = 'due' THEN (NOT serious OR notified_at IS NOT NULL OR closed_at IS NOT NULL)::int END,
    CASE WHEN %(sort)s = 'due' AND serious AND notified_at IS NULL THEN due_at END,
    CASE WHEN %(sort)s = 'severity' THEN (NOT serious)::int END,
    CASE WHEN %(sort)s = 'severity'
        THEN CASE severity WHEN 'severe' THEN 0 WHEN 'moderate' THEN 1 ELSE 2 END END,
    CASE WHEN %(sort)s = 'onset' THEN onset_at END DESC NULLS LAST,
    CASE WHEN %(sort)s = 'facility' THEN facility_id END,
    CASE WHEN %(sort)s = 'lot' THEN lot_number END,
    known_at DESC, id
LIMIT %(most)s OFFSET %(skip)s

-- name: reaction_counts
-- How many cases there are of each kind within the reader's places.
SELECT count(*) FILTER (WHERE state <> 'closed'),
       count(*) FILTER (WHERE serious AND state <> 'closed'),
       count(*) FILTER (WHERE serious AND notified_at IS NULL AND state <> 'closed' AND due_at >= %(now)s),
       count(*) FILTER (WHERE serious AND notified_at IS NULL AND state <> 'closed' AND due_at < %(now)s),
       count(*) FILTER (WHERE serious AND notified_at IS NOT NULL AND acknowledged_at IS NULL AND state <> 'closed'),
       count(*) FILTER (WHERE escalated_at IS NOT NULL AND state <> 'closed'),
       count(*)
FROM immunization_reactioncase
WHERE (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s) OR residence_id = ANY (%(areas)s::int[]))
    AND known_at >= %(since)s AND known_at < %(until)s

-- name: reaction_case
-- One case, when it is within the reader's places.
SELECT id, person_id, code, dose_id, session_id, facility_id, residence_id, product_id, lot_id, lot_number, dose_number,
       given_at, age_band, sex, source, severity, serious, seriousness, symptoms, outcome, onset_at, causality, state,
       known_at, due_at, notified_at, acknowledged_at, closed_at, reminded_at, escalated_at, version, actor_id
FROM immunization_reactioncase
WHERE id = %(case)s
    AND (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s) OR residence_id = ANY (%(areas)s::int[])
        OR actor_id = %(actor)s)

-- name: reactions_due
-- Serious cases whose clock asks for something: not reported in time, or reported and not acknowledged.
SELECT person_id, id FROM immunization_reactioncase
WHERE serious AND acknowledged_at IS NULL AND closed_at IS NULL AND escalated_at IS NULL
    AND (due_at < %(now)s OR notified_at < %(reported_before)s)
ORDER BY due_at LIMIT %(most)s

-- name: reaction_cells
-- Doses used of each lot at each facility (the stock book counts them) with the cases after them.
SELECT lot.product_id, stock.facility_id, stock.lot_id, stock.used, coalesce(harm.cases, 0), coalesce(harm.serious, 0)
FROM immunization_stock stock
JOIN immunization_lot lot ON lot.id = stock.lot_id
LEFT JOIN (
    SELECT facility_id, lot_id, count(*) AS cases, count(*) FILTER (WHERE serious) AS serious
    FROM immunization_reactioncase WHERE lot_id IS NOT NULL AND facility_id IS NOT NULL
    GROUP BY facility_id, lot_id
) harm ON harm.facility_id = stock.facility_id AND harm.lot_id = stock.lot_id
WHERE stock.used > 0

-- name: stress_onsets
-- Cases with signs that may be of stress, in sessions, since a moment.
SELECT session_id, facility_id, product_id, given_at, onset_at
FROM immunization_reactioncase
WHERE session_id IS NOT NULL AND onset_at IS NOT NULL AND given_at >= %(since)s
    AND symptoms ?| %(symptoms)s::text[]

-- name: doses_of_sessions
-- Doses given in sessions.
SELECT session_id, count(*) FROM immunization_encounter
WHERE session_id = ANY (%s::uuid[]) AND dosed_at IS NOT NULL GROUP BY session_id

-- name: doses_used
-- Doses used in all, by the stock book.
SELECT coalesce(sum(used), 0) FROM immunization_stock

-- name: put_report_code
-- A code for one dose; what was made before for the same dose ends.
INSERT INTO immunization_reportcode (blind, person_id, dose_id, facility_id, made_at, expires_at)
VALUES (%s, %s, %s, %s, %s, %s)

-- name: end_report_codes
-- The unused codes of a dose end.
UPDATE immunization_reportcode SET expires_at = %s WHERE person_id = %s AND dose_id = %s AND used_at IS NULL

-- name: report_code
-- What a code stands for, while it may be used.
SELECT person_id, dose_id, expires_at FROM immunization_reportcode
WHERE blind = %s AND used_at IS NULL AND expires_at > %s

-- name: use_report_code
-- Used, once: of two that come together one finds it taken.
UPDATE immunization_reportcode SET used_at = %s WHERE blind = %s AND used_at IS NULL AND expires_at > %s
RETURNING person_id, dose_id

-- name: page_of_reaction_cases
-- Cases with what follows from their facts, for the recount.
SELECT id, person_id, happened_at, severity, serious, seriousness, symptoms, outcome, onset_at, causality, state, known_at,
       due_at, notified_at, acknowledged_at, investigated_at, classified_at, closed_at, reminded_at, escalated_at, version,
       dose_id
FROM immunization_reactioncase WHERE id > %s ORDER BY id LIMIT %s

-- name: doses_there
-- Which of these doses exist.
SELECT dose.id FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, dose_id)
JOIN immunization_dose dose ON dose.person_id = row.person_id AND dose.id = row.dose_id

-- name: reaction_days
-- Cases known in a period by facility and severity, for the daily and the round's report.
SELECT facility_id, product_id, severity, serious, outcome, count(*) FROM immunization_reactioncase
WHERE (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s))
    AND known_at >= %(since)s AND known_at < %(until)s
GROUP BY facility_id, product_id, severity, serious, outcome

-- name: doses_of_period
-- Doses given in a period by facility and product.
SELECT facility_id, product_id, count(*) FROM immunization_dose
WHERE status = 'active' AND facility_id IS NOT NULL AND given_on >= %(first)s AND given_on <= %(last)s
    AND (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s))
GROUP BY facility_id, product_id

-- name: case_of_dose
-- The case about a dose.
SELECT id FROM immunization_reactioncase WHERE person_id = %s AND dose_id = %s

-- name: reactions_known
-- Cases within the reader's places, the latest known first, from where the page before ended.
SELECT id, person_id, code, dose_id, session_id, facility_id, residence_id, product_id, lot_id, lot_number, dose_number,
       given_at, age_band, sex, source, severity, serious, seriousness, symptoms, outcome, onset_at, causality, state,
       known_at, due_at, notified_at, acknowledged_at, closed_at, reminded_at, escalated_at, version, actor_id
FROM immunization_reactioncase
WHERE (%(facilities)s::int[] IS NULL OR facility_id = ANY (%(facilities)s) OR residence_id = ANY (%(areas)s::int[]))
    AND known_at >= %(since)s AND (NOT %(serious)s OR serious)
    AND (known_at, id) < (%(before)s, %(before_id)s)
ORDER BY known_at DESC, id DESC LIMIT %(most)s
