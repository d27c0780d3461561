-- name: lots_that_differ
-- Lots whose own row is not what stands for the nation (area 1).
SELECT lot.id FROM immunization_lot lot
LEFT JOIN immunization_lotstatus mark ON mark.lot_id = lot.id AND mark.area_id = 1 AND mark.until IS NULL
WHERE lot.status <> coalesce(mark.status, 'ok') ORDER BY lot.id LIMIT 100

-- name: count_lot_marks
-- How many there are.
SELECT count(*)::int FROM immunization_lotstatus

-- name: recalls_queued
-- Recalls that stand and whose people were put into the queue.
SELECT id, lot_id, area_id, facility_id, queued_at FROM immunization_lotstatus
WHERE status = 'recalled' AND until IS NULL AND queued_at IS NOT NULL

-- name: untold_of_recall
-- People with a dose of a recalled lot that was known at the last look, and those of them without a message. The minute
-- is for doses whose transaction was under way then.
SELECT count(*)::int, (count(*) FILTER (WHERE message.person_id IS NULL))::int
FROM (
    SELECT DISTINCT person_id FROM immunization_dose
    WHERE lot_id = %(lot)s AND status = 'active' AND recorded_at < %(at)s::timestamptz - interval '1 minute'
      AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))
) had
LEFT JOIN immunization_message message ON message.person_id = had.person_id AND message.cause_id = %(cause)s

-- name: plans_over
-- Plans that give more than their level has, and nobody said why.
SELECT plan.number FROM immunization_allocationplan plan
JOIN (SELECT plan_id, sum(given) AS given FROM immunization_allocationline GROUP BY plan_id) line
    ON line.plan_id = plan.id
WHERE line.given > plan.available AND plan.over_reason = '' LIMIT 100
