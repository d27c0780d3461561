-- name: persons_without_row
-- Records in force that nobody noted a state for.
SELECT count(*) FROM people_person p
WHERE p.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM people_verification v WHERE v.person_id = p.id)

-- name: count_verifications
-- How many persons have a state, and how many of them are being asked about.
SELECT count(*), count(*) FILTER (WHERE state = 'waiting') FROM people_verification

-- name: waiting_without_batch
-- Persons being asked about whose question is nowhere.
SELECT count(*) FROM people_verification v
WHERE (v.state = 'waiting' OR v.batch IS NOT NULL)
    AND (v.batch IS NULL OR NOT (v.batch = ANY(%s::uuid[])))

-- name: open_batch_ids
-- Questions without an answer.
SELECT id FROM people_registerbatch WHERE answered_at IS NULL

-- name: answers_apart
-- States that are answers, and are not the answer.
SELECT count(*) FROM people_verification WHERE state IN ('right', 'wrong') AND answer IS DISTINCT FROM state
