-- name: copy_people_person
-- Invented persons.
COPY people_person
    (id, name, search_name, sex, birth_date, birth_precision, residence_id, occupation, priority_group, nationality,
     status, created_at)
FROM STDIN

-- name: copy_people_identifier
-- Their numbers, sealed.
COPY people_identifier (blind, person_id, system, trusted, malformed, sealed, since) FROM STDIN

-- name: copy_people_contact
-- Their telephones, sealed.
COPY people_contact (person_id, id, kind, blind, sealed, since) FROM STDIN

-- name: copy_people_guardian
-- Who answers for the children among them.
COPY people_guardian (person_id, id, guardian_id, name, relation, sealed_phone) FROM STDIN

-- name: copy_people_verification
-- Where they stand with the population register, not asked yet.
COPY people_verification (person_id, state, step, residence_id, province_id, since, attempts) FROM STDIN

-- name: taken_numbers
-- Trusted numbers the database has already.
SELECT blind FROM people_identifier WHERE trusted AND blind = ANY(%s::bytea[])

-- name: any_people
-- Whether the database holds people at all.
SELECT EXISTS (SELECT 1 FROM people_person)

-- name: chunks_written
-- How many persons of each chunk are there: the chunks' own journal rows say.
SELECT subject, max((body ->> 'stop')::int) FROM kernel_journal WHERE subject = ANY(%s::uuid[]) GROUP BY subject

-- name: refresh_statistics
-- The planner learns of the new rows now, not at the next autovacuum.
ANALYZE people_person, people_identifier, people_contact, people_guardian, people_verification
