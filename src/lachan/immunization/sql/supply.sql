-- name: insert_lot_status
-- A lot is not to be used at a place from now on.
INSERT INTO immunization_lotstatus
    (id, lot_id, area_id, facility_id, status, since, reason, document, excursion_id, actor_id, recorded_at,
     ended_reason, ended_document)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')

-- name: standing_lot_status
-- What has not been ended, of these lots.
SELECT id, lot_id, area_id, facility_id, status, since FROM immunization_lotstatus
WHERE lot_id = ANY(%s::bigint[]) AND until IS NULL

-- name: end_lot_status
-- What was set is ended, with who, when and why.
UPDATE immunization_lotstatus
SET until = %s, ended_by = %s, ended_reason = %s, ended_document = %s, ended_recorded_at = %s
WHERE id = %s AND until IS NULL

-- name: derive_lot_status
-- What holds for the whole nation (area 1) now, on the lot itself.
UPDATE immunization_lot lot
SET status = coalesce(mark.status, 'ok'), status_since = (mark.since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
FROM unnest(%s::bigint[]) AS asked (id)
LEFT JOIN immunization_lotstatus mark ON mark.lot_id = asked.id AND mark.area_id = 1 AND mark.until IS NULL
WHERE lot.id = asked.id

-- name: withdraw_messages
-- Messages of a cause that have not gone out are not sent any more.
UPDATE immunization_message SET state = 'withdrawn', reason = %s, claimed_until = NULL
WHERE cause_id = %s AND state = 'queued'
