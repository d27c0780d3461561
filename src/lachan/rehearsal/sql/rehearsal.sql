-- name: already_dosed
-- Which of these people have a dose that counts.
SELECT DISTINCT person_id FROM immunization_dose WHERE status = 'active' AND person_id = ANY(%s::uuid[])

-- name: doses_by_command
-- Doses these commands made: how many rows each.
SELECT command_id, count(*) FROM immunization_dose WHERE command_id = ANY(%s::uuid[]) GROUP BY command_id

-- name: commands_kept
-- What the house remembers of these commands.
SELECT id, status, reason, result_id FROM kernel_command WHERE id = ANY(%s::uuid[])

-- name: in_worklist
-- Which of these commands stand in a worklist, with the reasons.
SELECT command_id, array_agg(reason) FROM kernel_worklistitem WHERE command_id = ANY(%s::uuid[]) GROUP BY command_id

-- name: journal_of_doses
-- Journal rows of these doses.
SELECT count(*), count(DISTINCT body ->> 'dose') FROM kernel_journal
WHERE verb = 'dose.recorded' AND recorded_at >= %s AND body ->> 'dose' = ANY(%s::text[])

-- name: twice_on_a_day
-- People of these doses with two doses that count on one day.
SELECT count(*) FROM (
    SELECT person_id, given_on FROM immunization_dose
    WHERE status = 'active' AND person_id IN (
        SELECT person_id FROM immunization_dose WHERE command_id = ANY(%s::uuid[]))
    GROUP BY person_id, given_on HAVING count(*) > 1) AS twice

-- name: stock_differences
-- Lots of a facility whose used doses or received doses are not what doses and movements add up to.
SELECT coalesce(s.facility_id, d.facility_id), coalesce(s.lot_id, d.lot_id), s.used, d.used, s.received, m.received
FROM immunization_stock s
FULL JOIN (
    SELECT facility_id, lot_id, count(*) AS used FROM immunization_dose
    WHERE status = 'active' AND source = 'here' AND lot_id IS NOT NULL AND facility_id IS NOT NULL
    GROUP BY facility_id, lot_id) AS d ON d.facility_id = s.facility_id AND d.lot_id = s.lot_id
LEFT JOIN (
    SELECT facility_id, lot_id, sum(quantity) FILTER (WHERE kind = 'receive') AS received
    FROM immunization_stockmovement GROUP BY facility_id, lot_id) AS m
    ON m.facility_id = s.facility_id AND m.lot_id = s.lot_id
WHERE coalesce(s.used, 0) <> coalesce(d.used, 0) OR coalesce(s.received, 0) <> coalesce(m.received, 0)
LIMIT 20
