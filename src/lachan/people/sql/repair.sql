-- name: guardians_between
-- Who of our records answers for whom.
SELECT person_id, guardian_id FROM people_guardian WHERE person_id = ANY(%s::uuid[]) AND guardian_id IS NOT NULL

-- name: insert_repair_notes
-- What came of asking; the same note sent again is left alone.
INSERT INTO people_repairnote (actor_id, at, person_id, id, kind, sealed)
SELECT %s::uuid, %s::timestamptz, row.* FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[]) AS row
ON CONFLICT (person_id, id) DO NOTHING

-- name: latest_repair_notes
-- The latest note of each person.
SELECT DISTINCT ON (person_id) person_id, kind, actor_id, at, sealed FROM people_repairnote
WHERE person_id = ANY(%s::uuid[]) ORDER BY person_id, at DESC, id DESC

-- name: holders_of_any
-- Who holds these numbers, trusted or not.
SELECT blind, person_id FROM people_identifier WHERE blind = ANY(%s::bytea[])

-- name: open_repairs_by_name
-- Open items of communes whose name holds all of these words.
SELECT v.person_id, v.state, v.since, v.residence_id
FROM people_verification v JOIN people_person p ON p.id = v.person_id
WHERE v.residence_id = ANY(%s::int[]) AND v.state IN ('no_id', 'malformed_id', 'wrong')
    AND p.search_name LIKE ALL(%s::text[])
ORDER BY p.search_name, v.person_id LIMIT %s
