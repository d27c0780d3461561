-- name: owed_again
-- Everybody with an answer is owed one again, as on the day before the first question.
UPDATE people_verification
SET state = 'not_sent', answer = NULL, fingerprint = NULL, batch = NULL, step = step + 1
WHERE state IN ('right', 'wrong', 'waiting')

-- name: invent_repairs
-- Open items of invented records, spread over communes, each group in turn, a second apart.
INSERT INTO people_verification (person_id, state, step, residence_id, province_id, since, attempts)
SELECT gen_random_uuid(), (ARRAY['wrong', 'wrong', 'wrong', 'wrong', 'no_id', 'malformed_id'])[1 + n %% 6], 0,
       (%s::int[])[1 + n::bigint * 7919 %% %s], %s, timestamptz '2022-01-01' + n * interval '1 second', 32001
FROM generate_series(1, %s) AS n

-- name: forget_repairs
-- The same away again.
DELETE FROM people_verification WHERE attempts = 32001

-- name: settle_verifications
-- Statistics and the visibility map, as autovacuum leaves them.
VACUUM (ANALYZE) people_verification
