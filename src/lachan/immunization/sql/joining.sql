-- name: doses_of_persons
-- Every dose of some persons, whole.
SELECT id, person_id, product_id, lot_id, lot_number, dose_number, given_on, facility_id, encounter_id, residence_id,
       age_band, sex, completes, next_due_on, status, recorded_at, command_id
FROM immunization_dose WHERE person_id = ANY(%s::uuid[]) ORDER BY person_id, given_on, id

-- name: park_doses_apart
-- First step of restating: numbers nobody holds, so that rows of two persons can meet.
UPDATE immunization_dose AS dose SET dose_number = row.number
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[]) AS row (person_id, id, number)
WHERE dose.person_id = row.person_id AND dose.id = row.id

-- name: restate_doses
-- Second step: the heading each dose is to stand under.
UPDATE immunization_dose AS dose
SET dose_number = row.dose_number, completes = row.completes, next_due_on = row.next_due_on, age_band = row.age_band,
    sex = row.sex, residence_id = row.residence_id, status = row.status
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::bool[], %s::date[], %s::smallint[], %s::text[], %s::int[],
            %s::text[]) AS row (person_id, id, dose_number, completes, next_due_on, age_band, sex, residence_id, status)
WHERE dose.person_id = row.person_id AND dose.id = row.id

-- name: replacements_of
-- Which dose an amendment put in the place of which.
SELECT dose_id, replacement_id FROM immunization_dosecorrection
WHERE person_id = ANY(%s::uuid[]) AND replacement_id IS NOT NULL AND kind = 'amend'

-- name: forget_duplicates
-- A dose that was set aside for a merge counts again: what set it aside goes with the merge.
DELETE FROM immunization_dosecorrection
WHERE person_id = %s::uuid AND dose_id = ANY(%s::uuid[]) AND kind = 'duplicate'

-- name: encounters_of_persons
-- Ways through sessions of two persons, to see where both were in one.
SELECT person_id, id, session_id FROM immunization_encounter WHERE person_id = ANY(%s::uuid[])

-- name: whole_encounters
-- Encounters as they stand, whole.
SELECT id, to_jsonb(encounter) FROM immunization_encounter encounter
WHERE person_id = ANY(%s::uuid[]) AND id = ANY(%s::uuid[])

-- name: drop_encounters
-- Encounters whose steps another one took over.
DELETE FROM immunization_encounter WHERE person_id = %s::uuid AND id = ANY(%s::uuid[])

-- name: put_encounters
-- Encounters as they were kept.
INSERT INTO immunization_encounter
SELECT (jsonb_populate_record(NULL::immunization_encounter, kept)).* FROM unnest(%s::jsonb[]) AS kept

-- name: set_encounters
-- Steps of encounters as two became one, or one became two.
UPDATE immunization_encounter AS encounter
SET expected_dose_number = new.expected_dose_number, screened_at = new.screened_at,
    screening_outcome = new.screening_outcome, screening_reasons = new.screening_reasons, consent_at = new.consent_at,
    dose_id = new.dose_id, product_id = new.product_id, lot_number = new.lot_number, dosed_at = new.dosed_at,
    not_given_at = new.not_given_at, not_given_reason = new.not_given_reason, observe_until = new.observe_until,
    reaction_severity = new.reaction_severity, released_at = new.released_at, happened_at = new.happened_at
FROM (SELECT (jsonb_populate_record(NULL::immunization_encounter, kept)).* FROM unnest(%s::jsonb[]) AS kept) AS new
WHERE encounter.person_id = new.person_id AND encounter.id = new.id

-- name: relink_doses
-- Doses of one encounter that are now of another.
UPDATE immunization_dose AS fact SET encounter_id = row.new_id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (old_id, new_id)
WHERE fact.person_id = %s::uuid AND fact.encounter_id = row.old_id AND (%s::uuid[] IS NULL OR fact.id = ANY(%s::uuid[]))
RETURNING fact.id

-- name: relink_screenings
-- The same of filled forms.
UPDATE immunization_screening AS fact SET encounter_id = row.new_id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (old_id, new_id)
WHERE fact.person_id = %s::uuid AND fact.encounter_id = row.old_id AND (%s::uuid[] IS NULL OR fact.id = ANY(%s::uuid[]))
RETURNING fact.id

-- name: relink_not_given
-- The same of what was not given.
UPDATE immunization_notgiven AS fact SET encounter_id = row.new_id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (old_id, new_id)
WHERE fact.person_id = %s::uuid AND fact.encounter_id = row.old_id AND (%s::uuid[] IS NULL OR fact.id = ANY(%s::uuid[]))
RETURNING fact.id

-- name: relink_reactions
-- The same of reactions.
UPDATE immunization_reaction AS fact SET encounter_id = row.new_id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (old_id, new_id)
WHERE fact.person_id = %s::uuid AND fact.encounter_id = row.old_id AND (%s::uuid[] IS NULL OR fact.id = ANY(%s::uuid[]))
RETURNING fact.id

-- name: seen_at
-- Facilities that received these persons.
SELECT facility_id FROM immunization_encounter WHERE person_id = ANY(%s::uuid[])
UNION
SELECT facility_id FROM immunization_dose WHERE person_id = ANY(%s::uuid[]) AND facility_id IS NOT NULL

-- name: commands_of_doses
-- By which commands doses were made.
SELECT id, command_id FROM immunization_dose WHERE person_id = %s AND id = ANY(%s::uuid[])

-- name: standing_with
-- Doses and visits under the ids of these persons.
SELECT (SELECT count(*) FROM immunization_dose WHERE person_id = ANY(%s::uuid[]))
     + (SELECT count(*) FROM immunization_encounter WHERE person_id = ANY(%s::uuid[]))
