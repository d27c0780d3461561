-- name: person_doses
-- All doses of a person, those corrected too.
SELECT id, product_id, lot_id, lot_number, dose_number, given_on, happened_at, facility_id, session_id, site, route,
       vaccinator_id, actor_id, source, country, next_due_on, completes, status, override_codes, override_reason, recorded_at
FROM immunization_dose WHERE person_id = %s ORDER BY given_on, recorded_at, id

-- name: person_corrections
-- What was voided or amended, and why.
SELECT dose_id, kind, replacement_id, reason, actor_id, happened_at, recorded_at
FROM immunization_dosecorrection WHERE person_id = %s ORDER BY recorded_at, id

-- name: person_encounters
-- A person's ways through sessions.
SELECT encounter.id, encounter.session_id, encounter.facility_id, encounter.happened_at, encounter.expected_dose_number,
       encounter.screened_at, encounter.screening_outcome, encounter.dose_id, encounter.dosed_at,
       encounter.not_given_at, encounter.not_given_reason, encounter.observe_until, encounter.reaction_severity,
       encounter.released_at, encounter.actor_id
FROM immunization_encounter encounter WHERE encounter.person_id = %s ORDER BY encounter.happened_at, encounter.id

-- name: person_screenings
-- Filled forms with the class they gave.
SELECT id, encounter_id, form_code, outcome, reasons, consent, actor_id, happened_at
FROM immunization_screening WHERE person_id = %s ORDER BY happened_at, id

-- name: person_not_given
-- When the person was not vaccinated, and why.
SELECT id, encounter_id, facility_id, reason, note, actor_id, happened_at
FROM immunization_notgiven WHERE person_id = %s ORDER BY happened_at, id

-- name: person_reactions
-- Reactions noted after doses.
SELECT id, encounter_id, dose_id, facility_id, severity, symptoms, onset_at, note, actor_id, happened_at
FROM immunization_reaction WHERE person_id = %s ORDER BY happened_at, id
