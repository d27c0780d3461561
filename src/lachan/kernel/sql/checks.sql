-- name: page_of_commands
-- Commands in order of id behind the given one, with what must exist because of them.
SELECT id, status, submission_id FROM kernel_command WHERE id > %s ORDER BY id LIMIT %s

-- name: worklist_commands
-- Which of these commands stand in a worklist, open or resolved.
SELECT DISTINCT command_id FROM kernel_worklistitem WHERE command_id = ANY(%s::uuid[])

-- name: kept_submissions
-- Which of these submissions are kept.
SELECT id FROM kernel_submission WHERE id = ANY(%s::uuid[])

-- name: journal_rows_beyond
-- Journal rows for which no month's partition was ready.
SELECT count(*) FROM kernel_journal_beyond
