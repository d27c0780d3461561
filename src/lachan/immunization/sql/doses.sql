-- name: active_doses
-- Doses that count, of persons a slice concerns; the decisions number and space new ones by them.
SELECT person_id, given_on, product_id, dose_number, id
FROM immunization_dose WHERE person_id = ANY(%s::uuid[]) AND status = 'active'

-- name: lots_by_number
-- Lots by product and number, each with every mark it ever had: where and from when to when it was not to be used.
SELECT l.id, l.product_id, l.number, l.expires_on, l.component,
       (SELECT jsonb_agg(jsonb_build_array(m.status, m.since, m.until, m.area_id, m.facility_id))
        FROM immunization_lotstatus m WHERE m.lot_id = l.id)
FROM unnest(%s::int[], %s::text[]) AS asked (product_id, number)
JOIN immunization_lot l ON l.product_id = asked.product_id AND l.number = asked.number

-- name: lots_by_number_only
-- Lots of any product by number: a lot written under the wrong product is recognised as such.
SELECT id, product_id, number, expires_on, component, NULL FROM immunization_lot WHERE number = ANY(%s::text[])

-- name: insert_doses
-- New doses, one row each; what a whole slice shares comes first.
INSERT INTO immunization_dose
    (actor_id, recorded_at, rules_version, status, id, person_id, happened_at, product_id, lot_id, lot_number,
     dose_number, given_on, facility_id, session_id, residence_id, age_band, sex, site, route, vaccinator_id, source,
     country, next_due_on, completes, override_codes, override_reason, command_id, vial_id)
SELECT %s::uuid, %s::timestamptz, %s::text, 'active', row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::smallint[], %s::int[], %s::text[], %s::smallint[],
            %s::date[], %s::int[], %s::uuid[], %s::int[], %s::smallint[], %s::text[], %s::text[], %s::text[],
            %s::uuid[], %s::text[], %s::text[], %s::date[], %s::bool[], %s::jsonb[], %s::text[], %s::uuid[],
            %s::uuid[]) AS row

-- name: dosed_encounters
-- Put the dose into the person's encounter of the session; a dose from paper makes the encounter.
INSERT INTO immunization_encounter AS encounter
    (actor_id, recorded_at, id, person_id, session_id, facility_id, happened_at, dose_id, product_id, lot_number,
     dosed_at, observe_until, screening_reasons)
SELECT %s::uuid, %s::timestamptz, row.id, row.person_id, row.session_id, row.facility_id, row.given_at, row.dose_id,
       row.product_id, row.lot_number, row.given_at, row.observe_until, '[]'::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[], %s::uuid[], %s::smallint[], %s::text[],
            %s::timestamptz[])
    AS row (id, person_id, session_id, facility_id, given_at, dose_id, product_id, lot_number, observe_until)
ON CONFLICT (person_id, session_id) DO UPDATE SET
    dose_id = EXCLUDED.dose_id, product_id = EXCLUDED.product_id, lot_number = EXCLUDED.lot_number,
    dosed_at = EXCLUDED.dosed_at, observe_until = EXCLUDED.observe_until

-- name: park_dose_numbers
-- First step of renumbering: move numbers out of the way of each other.
UPDATE immunization_dose AS dose SET dose_number = -dose.dose_number
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
WHERE dose.person_id = row.person_id AND dose.id = row.id

-- name: renumber_doses
-- Second step: the new number, and what follows from it.
UPDATE immunization_dose AS dose
SET dose_number = row.dose_number, completes = row.completes, next_due_on = row.next_due_on
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::bool[], %s::date[])
    AS row (person_id, id, dose_number, completes, next_due_on)
WHERE dose.person_id = row.person_id AND dose.id = row.id

-- name: doses_to_correct
-- Doses named by corrections, whole.
SELECT dose.id, dose.person_id, dose.product_id, dose.lot_id, dose.lot_number, dose.dose_number, dose.given_on,
       dose.happened_at, dose.facility_id, dose.session_id, dose.residence_id, dose.age_band, dose.sex, dose.site,
       dose.route, dose.vaccinator_id, dose.source, dose.country, dose.completes, dose.status, dose.vial_id
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
JOIN immunization_dose dose ON dose.person_id = row.person_id AND dose.id = row.id

-- name: end_doses
-- A corrected dose no longer counts; it stays.
UPDATE immunization_dose AS dose SET status = row.status
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, id, status)
WHERE dose.person_id = row.person_id AND dose.id = row.id

-- name: insert_corrections
-- The new facts that point at corrected doses.
INSERT INTO immunization_dosecorrection
    (actor_id, recorded_at, id, person_id, happened_at, dose_id, kind, replacement_id, reason)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS row

-- name: undose_encounters
-- A voided dose leaves its encounter as if it had not been given; who is vaccinated after all is observed anew.
UPDATE immunization_encounter SET dose_id = NULL, dosed_at = NULL, observe_until = NULL, product_id = NULL,
    lot_number = NULL, released_at = NULL
WHERE person_id = ANY(%s::uuid[]) AND dose_id = ANY(%s::uuid[])
