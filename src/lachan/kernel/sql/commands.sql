-- name: known_commands
-- Commands seen before: their content and what came of them.
SELECT id, content_hash, status, reason, result_id, params FROM kernel_command WHERE id = ANY(%s::uuid[])

-- name: keep_submission
-- What one call sent, sealed.
INSERT INTO kernel_submission (id, actor_id, received_at, content) VALUES (%s, %s, %s, %s)

-- name: keep_commands
-- Outcomes by command id; a row fewer than sent means another transaction was first.
INSERT INTO kernel_command
    (submission_id, actor_id, recorded_at, id, content_hash, verb, status, reason, result_id, params)
SELECT %s::uuid, %s::uuid, %s::timestamptz, sent.*
FROM unnest(%s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::jsonb[]) AS sent
ON CONFLICT (id) DO NOTHING
RETURNING id

-- name: keep_worklist
-- Refused and held commands, for whoever owns the place or the person's commune; another content sent again is known.
INSERT INTO kernel_worklistitem
    (id, command_id, kind, verb, reason, params, facility_id, area_id, person_id, happened_at, content,
     actor_id, submission_id, created_at, note)
SELECT item.*, %s::uuid, %s::uuid, %s::timestamptz, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::int[], %s::uuid[],
            %s::timestamptz[], %s::bytea[]) AS item
ON CONFLICT (id) DO NOTHING

-- name: submissions_of_commands
-- In what commands were sent.
SELECT DISTINCT submission_id FROM kernel_command WHERE id = ANY(%s::uuid[])

-- name: submissions_by_id
-- What was sent, sealed.
SELECT content FROM kernel_submission WHERE id = ANY(%s::uuid[])
