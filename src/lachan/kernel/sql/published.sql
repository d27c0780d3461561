-- name: journal_of_verbs
-- Published to projections: every fact of these verbs, in the order it was made.
SELECT xid, id, verb, subject, happened_at, recorded_at, actor, body
FROM kernel_journal WHERE verb = ANY(%s::text[]) ORDER BY xid, id

-- name: journal_values
-- Published to recounts: what one key holds in the facts of a verb, sorted.
SELECT body ->> %s FROM kernel_journal WHERE verb = %s ORDER BY (body ->> %s) COLLATE "C"

-- name: accepted_results
-- Published to recounts: the records that accepted commands of these verbs made, sorted.
SELECT result_id FROM kernel_command
WHERE verb = ANY(%s::text[]) AND status = 'accepted' AND result_id IS NOT NULL ORDER BY result_id

-- name: open_items
-- Published to the debt meter: what stands in worklists at facilities, by the day it happened.
SELECT facility_id, (happened_at AT TIME ZONE %s)::date AS day, kind, count(*)::int FROM kernel_worklistitem
WHERE resolved_at IS NULL AND facility_id IS NOT NULL AND verb = ANY(%s::text[])
GROUP BY 1, 2, 3
