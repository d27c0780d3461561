-- name: insert_first_states
-- Where new persons stand with the register; a person who has a row keeps it.
INSERT INTO people_verification (since, person_id, state, residence_id, province_id, step, attempts)
SELECT %s::timestamptz, row.*, 0, 0
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[]) AS row
ON CONFLICT (person_id) DO NOTHING

-- name: grounds_of_persons
-- What decides where persons stand, and is asked about.
SELECT id, name, sex, birth_date, birth_precision, residence_id, nationality, merged_into
FROM people_person WHERE id = ANY(%s::uuid[])

-- name: grounds_of_numbers
-- Their numbers as far as that decision needs them.
SELECT person_id, system, malformed, blind FROM people_identifier WHERE person_id = ANY(%s::uuid[])

-- name: verifications_of
-- Where persons stand now.
SELECT person_id, state, step, residence_id, province_id, since, fingerprint, answer, asked_at, answered_at, attempts,
       batch
FROM people_verification WHERE person_id = ANY(%s::uuid[])

-- name: change_states
-- Another state, or another residence; who has moved on since they were read is left alone and not returned.
UPDATE people_verification AS v
SET state = new.state, step = v.step + 1, residence_id = new.residence_id, province_id = new.province_id,
    since = new.since, batch = new.batch
FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::int[], %s::int[], %s::timestamptz[], %s::uuid[])
    AS new (person_id, step, state, residence_id, province_id, since, batch)
WHERE v.person_id = new.person_id AND v.step = new.step
RETURNING v.person_id

-- name: insert_changes
-- States that ended.
INSERT INTO people_verificationchange (person_id, step, before, after, since, asked_at, at, cause, batch)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
                     %s::timestamptz[], %s::text[], %s::uuid[])

-- name: changes_of
-- States of one person that ended, the latest first.
SELECT before, after, since, asked_at, at, cause FROM people_verificationchange
WHERE person_id = %s ORDER BY step DESC LIMIT 200

-- name: open_repairs_of_provinces
-- A page of one group in whole provinces, the oldest first.
SELECT v.person_id, v.state, v.since, v.residence_id
FROM unnest(%s::int[]) AS place (id)
CROSS JOIN LATERAL (
    SELECT person_id, state, since, residence_id FROM people_verification
    WHERE state = %s AND province_id = place.id AND (since, person_id) > (%s, %s)
    ORDER BY since, person_id LIMIT %s
) AS v
ORDER BY v.since, v.person_id LIMIT %s

-- name: open_repairs_of_communes
-- A page of one group in single communes, the oldest first. The states are those of the index.
SELECT v.person_id, v.state, v.since, v.residence_id
FROM unnest(%s::int[]) AS place (id)
CROSS JOIN LATERAL (
    SELECT person_id, state, since, residence_id FROM people_verification
    WHERE residence_id = place.id AND state = %s AND state IN ('no_id', 'malformed_id', 'wrong')
        AND (since, person_id) > (%s, %s)
    ORDER BY since, person_id LIMIT %s
) AS v
ORDER BY v.since, v.person_id LIMIT %s

-- name: repair_counts
-- Open items by commune and group, from the index alone.
SELECT residence_id, state, count(*)::int FROM people_verification
WHERE residence_id = ANY(%s::int[]) AND state IN ('no_id', 'malformed_id', 'wrong')
GROUP BY 1, 2

-- name: repair_counts_everywhere
-- The same for the nation.
SELECT residence_id, state, count(*)::int FROM people_verification
WHERE state IN ('no_id', 'malformed_id', 'wrong') AND residence_id IS NOT NULL
GROUP BY 1, 2

-- name: persons_without_state
-- A page of persons by id, and whether each has a row.
SELECT p.id, v.person_id IS NOT NULL
FROM people_person p LEFT JOIN people_verification v ON v.person_id = p.id
WHERE p.id > %s ORDER BY p.id LIMIT %s

-- name: old_numbers_of
-- Sealed 9-digit numbers of persons, whose form was not noted before it was asked for.
SELECT blind, person_id, sealed FROM people_identifier
WHERE person_id = ANY(%s::uuid[]) AND system = 'old_id' AND NOT malformed

-- name: mark_malformed
-- Numbers found to be no numbers.
UPDATE people_identifier AS i SET malformed = true
FROM unnest(%s::bytea[], %s::uuid[]) AS found (blind, person_id)
WHERE i.blind = found.blind AND i.person_id = found.person_id

-- name: persons_born_between
-- A page of people born in these days.
SELECT id FROM people_person WHERE birth_date BETWEEN %s AND %s AND id > %s ORDER BY id LIMIT %s
