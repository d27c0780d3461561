-- name: oldest_not_sent
-- How long each province has waited to be asked about.
SELECT place.id, v.since
FROM unnest(%s::int[]) AS place (id)
CROSS JOIN LATERAL (
    SELECT since FROM people_verification WHERE state = 'not_sent' AND province_id = place.id
    ORDER BY since, person_id LIMIT 1
) AS v
ORDER BY v.since

-- name: next_not_sent
-- Who is to be asked about next in a province.
SELECT person_id, step, since FROM people_verification
WHERE state = 'not_sent' AND province_id = %s AND (since, person_id) > (%s, %s)
ORDER BY since, person_id LIMIT %s

-- name: next_right
-- Whose right answer is to be asked for again: the answers not younger than a moment, a share of them by their id.
SELECT person_id, step, since FROM people_verification
WHERE state = 'right' AND province_id = %s AND (since, person_id) > (%s, %s) AND since <= %s AND batch IS NULL
    AND ('x' || right(person_id::text, 6))::bit(24)::int < %s
ORDER BY since, person_id LIMIT %s

-- name: numbers_to_ask_by
-- The sealed numbers of persons that the register knows people by.
SELECT person_id, system, malformed, blind, sealed FROM people_identifier
WHERE person_id = ANY(%s::uuid[]) AND system IN ('citizen_id', 'old_id')

-- name: claim_not_sent
-- These are being asked about from now on; who changed since they were read is not returned.
UPDATE people_verification AS v
SET state = 'waiting', step = v.step + 1, batch = new.batch, fingerprint = new.fingerprint, answer = NULL,
    asked_at = %s, attempts = least(v.attempts + 1, 32000)
FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::bytea[]) AS new (person_id, step, batch, fingerprint)
WHERE v.person_id = new.person_id AND v.step = new.step
RETURNING v.person_id

-- name: claim_right
-- The same for those asked again: they stay right until the register says otherwise.
UPDATE people_verification AS v
SET step = v.step + 1, batch = new.batch, asked_at = %s, attempts = least(v.attempts + 1, 32000)
FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::bytea[]) AS new (person_id, step, batch, fingerprint)
WHERE v.person_id = new.person_id AND v.step = new.step AND v.fingerprint = new.fingerprint
RETURNING v.person_id

-- name: insert_batches
-- Questions as they will be sent.
INSERT INTO people_registerbatch
    (made_at, leased_until, id, persons, sealed, attempts, error, rights, wrongs)
SELECT %s, %s, row.*, 0, '', 0, 0
FROM unnest(%s::uuid[], %s::int[], %s::bytea[]) AS row

-- name: due_batches
-- Questions nobody is sending, the longest due first.
SELECT id FROM people_registerbatch WHERE answered_at IS NULL AND leased_until <= %s ORDER BY leased_until LIMIT %s

-- name: lease_batches
-- Those of them that are still nobody's.
UPDATE people_registerbatch SET leased_until = %s, attempts = attempts + 1
WHERE id = ANY(%s::uuid[]) AND answered_at IS NULL AND leased_until <= %s
RETURNING id, attempts, sealed

-- name: put_back_batch
-- A question that was not answered: when it is due again, and why.
UPDATE people_registerbatch SET leased_until = %s, error = %s WHERE id = %s AND answered_at IS NULL

-- name: earliest_batch
-- When the next open question is due, and how many there are.
SELECT min(leased_until), count(*), coalesce(sum(persons), 0), min(made_at) FROM people_registerbatch
WHERE answered_at IS NULL

-- name: answer_persons
-- What the register said; of a person whose record changed meanwhile it says nothing.
UPDATE people_verification AS v
SET state = old.said, answer = old.said, step = v.step + 1, since = %s, answered_at = %s, batch = NULL
FROM (
    SELECT o.person_id, o.step, o.state, o.since, new.said
    FROM unnest(%s::uuid[], %s::text[]) AS new (person_id, said)
    JOIN people_verification o ON o.person_id = new.person_id
    WHERE o.batch = %s
) AS old
WHERE v.person_id = old.person_id AND v.step = old.step
RETURNING v.person_id, old.step, old.state, old.said, old.since, v.asked_at

-- name: set_aside_persons
-- Persons whose fields the register could not read.
UPDATE people_verification AS v
SET state = 'malformed_id', step = v.step + 1, since = %s, answer = NULL, batch = NULL
FROM (
    SELECT o.person_id, o.step, o.state, o.since FROM people_verification o
    WHERE o.person_id = ANY(%s::uuid[]) AND o.batch = %s
) AS old
WHERE v.person_id = old.person_id AND v.step = old.step
RETURNING v.person_id, old.step, old.state, v.state, old.since, v.asked_at

-- name: close_batch
-- A question that has its answer, or was divided; its content is no longer needed.
UPDATE people_registerbatch SET answered_at = %s, sealed = NULL, rights = %s, wrongs = %s, error = %s
WHERE id = %s AND answered_at IS NULL
RETURNING id

-- name: divide_batch
-- The persons of a question go into two.
UPDATE people_verification AS v SET batch = new.batch
FROM unnest(%s::uuid[], %s::uuid[]) AS new (person_id, batch)
WHERE v.person_id = new.person_id AND v.batch = %s
RETURNING v.person_id

-- name: read_line
-- How the line to the register is.
SELECT breaker, failures, trips, retry_at, error, error_at FROM people_registerline WHERE id = 1

-- name: write_line
-- The same, after it changed.
INSERT INTO people_registerline (id, breaker, failures, trips, retry_at, error, error_at)
VALUES (1, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET breaker = EXCLUDED.breaker, failures = EXCLUDED.failures, trips = EXCLUDED.trips,
    retry_at = EXCLUDED.retry_at, error = EXCLUDED.error, error_at = EXCLUDED.error_at

-- name: latest_answer
-- When the register answered last.
SELECT answered_at FROM people_registerbatch WHERE answered_at IS NOT NULL AND error = ''
ORDER BY answered_at DESC LIMIT 1

-- name: forget_batches
-- Questions answered long ago.
DELETE FROM people_registerbatch WHERE answered_at < %s

-- name: count_province
-- States of a province, from the index.
SELECT state, count(*), min(since) FROM people_verification
WHERE province_id = %s AND state = ANY(%s::text[]) GROUP BY 1

-- name: replace_figures
-- What was counted of a province.
INSERT INTO people_verificationfigure (province_id, counted_at, state, persons, oldest)
SELECT %s, %s, row.* FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[]) AS row
ON CONFLICT (province_id, state) DO UPDATE
SET persons = EXCLUDED.persons, oldest = EXCLUDED.oldest, counted_at = EXCLUDED.counted_at

-- name: figures
-- What was counted, by province and state.
SELECT province_id, state, persons, oldest, counted_at FROM people_verificationfigure
WHERE %s::int[] IS NULL OR province_id = ANY(%s::int[])

-- name: counted_least_lately
-- Provinces in the order in which they were counted last.
SELECT province_id, min(counted_at) FROM people_verificationfigure GROUP BY 1 ORDER BY 2
