-- name: persons_by_id
-- Decision facts of persons; merged records answer with the record they were merged into.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into
FROM people_person WHERE id = ANY(%s::uuid[])

-- name: persons_by_blind
-- Which persons hold these numbers.
SELECT blind, person_id, system, trusted FROM people_identifier WHERE blind = ANY(%s::bytea[])

-- name: persons_by_name_and_birth
-- Candidates at the door: same folded name and same birth date (or the same year where only that is known).
SELECT
    asked.position, p.id, p.name, p.sex, p.birth_date, p.birth_precision, p.residence_id, p.died_on, p.status, p.merged_into
FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[]) AS asked (position, search_name, born_from, born_to)
JOIN people_person p ON p.search_name = asked.search_name AND p.birth_date BETWEEN asked.born_from AND asked.born_to
WHERE p.merged_into IS NULL
ORDER BY asked.position, p.id
LIMIT 2000

-- name: identifiers_of
-- The sealed numbers of persons.
SELECT person_id, system, sealed, trusted, since FROM people_identifier WHERE person_id = ANY(%s::uuid[])

-- name: contacts_of
-- The sealed contacts of persons.
SELECT person_id, kind, sealed FROM people_contact WHERE person_id = ANY(%s::uuid[])

-- name: insert_persons
-- New persons, one row each.
INSERT INTO people_person
    (created_at, id, name, search_name, sex, birth_date, birth_precision, residence_id, residence_since, occupation,
     priority_group, nationality, status)
SELECT %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::int[], %s::date[], %s::text[],
            %s::int[], %s::text[], %s::text[]) AS row
ON CONFLICT (id) DO NOTHING

-- name: insert_identifiers
-- Numbers of persons; a number the person already has is left alone.
INSERT INTO people_identifier (since, blind, person_id, system, trusted, malformed, sealed)
SELECT %s::timestamptz, row.*
FROM unnest(%s::bytea[], %s::uuid[], %s::text[], %s::bool[], %s::bool[], %s::bytea[]) AS row
ON CONFLICT (blind, person_id) DO NOTHING

-- name: insert_contacts
-- Contacts of persons; the same one twice is left alone.
INSERT INTO people_contact (since, person_id, id, kind, blind, sealed)
SELECT %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[], %s::bytea[]) AS row
ON CONFLICT (person_id, blind) DO NOTHING

-- name: insert_guardians
-- Who answers for a child.
INSERT INTO people_guardian (person_id, id, guardian_id, name, relation, sealed_phone)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[])

-- name: insert_aliases
-- Ids chosen by devices for people we know already: records merged from the start.
INSERT INTO people_person
    (id, name, search_name, sex, birth_date, birth_precision, residence_id, residence_since, occupation, priority_group,
     nationality, status, merged_into, created_at)
SELECT alias.id, p.name, p.search_name, p.sex, p.birth_date, p.birth_precision, p.residence_id, p.residence_since, '',
       NULL, p.nationality, p.status, p.id, now()
FROM unnest(%s::uuid[], %s::uuid[]) AS alias (id, person_id)
JOIN people_person p ON p.id = alias.person_id
ON CONFLICT (id) DO NOTHING

-- name: merged_into_these
-- Records that became part of these.
SELECT merged_into, id FROM people_person WHERE merged_into = ANY(%s::uuid[]) ORDER BY id

-- name: blinds_of
-- Blind indexes of the numbers of persons.
SELECT person_id, blind FROM people_identifier WHERE person_id = ANY(%s::uuid[])
