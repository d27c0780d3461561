-- name: adults_by_commune
-- Every n-th person old enough for every product, neighbours together, as a station meets them.
SELECT id, residence_id FROM (
    SELECT id, residence_id, row_number() OVER (ORDER BY residence_id, id) AS place FROM people_person
    WHERE birth_date < %s AND birth_precision = 'D' AND merged_into IS NULL AND residence_id IS NOT NULL) AS adult
WHERE place %% %s = 0
ORDER BY place

-- name: count_people
-- How many there are.
SELECT count(*) FROM people_person

-- name: forget_doses
-- Begin again with the same people: everything a measurement wrote goes.
TRUNCATE immunization_dose, immunization_encounter, immunization_screening, immunization_notgiven,
    immunization_reaction, immunization_dosecorrection, immunization_session, immunization_stock,
    immunization_stockmovement, analytics_coverage, analytics_coveragecommune, analytics_coverageprovince,
    analytics_coverageage, analytics_coverageday, analytics_debtday, analytics_debtprovince, analytics_debttouch,
    immunization_vial, immunization_discrepancy, immunization_dosepair, certificates_card, certificates_dosesignature,
    certificates_signingbatch, certificates_touch,
    kernel_command, kernel_submission, kernel_worklistitem

-- name: forget_journal
-- The journal of earlier measurements; rows about invented people stay, they say which people are there.
DELETE FROM kernel_journal WHERE verb <> 'people.invented'

-- name: doses_of_commands
-- Doses these commands made: rows, and commands with at least one.
SELECT count(*), count(DISTINCT command_id) FROM immunization_dose WHERE command_id = ANY(%s::uuid[])

-- name: make_twin
-- The dose table again, empty, with its indexes and constraints.
CREATE TABLE bench_twin (LIKE immunization_dose INCLUDING ALL)

-- name: drop_twin
-- And away with it.
DROP TABLE IF EXISTS bench_twin

-- name: rows_for_twin
-- The doses just recorded, in the order they were recorded.
SELECT id, person_id, actor_id, happened_at, recorded_at, product_id, lot_id, lot_number, dose_number, given_on,
       facility_id, session_id, encounter_id, residence_id, age_band, sex, site, route, vaccinator_id, source, country,
       next_due_on, completes, status, override_codes::text, override_reason, rules_version, command_id
FROM immunization_dose ORDER BY recorded_at, id LIMIT %s

-- name: bare_insert
-- A batch of the same rows by plain psycopg.
INSERT INTO bench_twin
    (id, person_id, actor_id, happened_at, recorded_at, product_id, lot_id, lot_number, dose_number, given_on,
     facility_id, session_id, encounter_id, residence_id, age_band, sex, site, route, vaccinator_id, source, country,
     next_due_on, completes, status, override_codes, override_reason, rules_version, command_id)
SELECT * FROM unnest(
    %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::int[], %s::text[],
    %s::smallint[], %s::date[], %s::int[], %s::uuid[], %s::uuid[], %s::int[], %s::smallint[], %s::text[], %s::text[],
    %s::text[], %s::uuid[], %s::text[], %s::text[], %s::date[], %s::bool[], %s::text[], %s::jsonb[], %s::text[],
    %s::text[], %s::uuid[])

-- name: refresh_statistics
-- The planner learns of what changed.
ANALYZE

-- name: count_doses
-- How many doses count.
SELECT count(*) FROM immunization_dose WHERE status = 'active'

-- name: undosed_adults
-- Some grown-ups without a dose.
SELECT p.id FROM people_person p
WHERE p.birth_date < %s AND p.birth_precision = 'D' AND p.died_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM immunization_dose d WHERE d.person_id = p.id)
ORDER BY p.id DESC LIMIT %s
