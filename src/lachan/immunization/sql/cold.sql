-- name: cold_devices
-- Devices in use, with the end of their latest logger file and how many excursions wait for a decision.
SELECT device.facility_id, device.id, device.name, device.storage,
       (SELECT max(log.latest_at) FROM immunization_temperaturelog log
        WHERE log.facility_id = device.facility_id AND log.device_id = device.id),
       (SELECT count(*)::int FROM immunization_excursion excursion
        WHERE excursion.facility_id = device.facility_id AND excursion.device_id = device.id
          AND excursion.decision = '')
FROM immunization_colddevice device
WHERE device.facility_id = ANY(%s::int[]) AND device.retired_at IS NULL
ORDER BY device.facility_id, device.name LIMIT %s

-- name: excursions_open
-- Excursions nobody has decided, the latest first.
SELECT excursion.id, excursion.facility_id, excursion.device_id, device.name, device.storage, excursion.log_id,
       excursion.kind, excursion.began_at, excursion.ended_at, excursion.lowest, excursion.highest, excursion.minutes,
       excursion.limits, excursion.lots, excursion.note, excursion.actor_id, excursion.decision, excursion.comment,
       excursion.decided_by, excursion.decided_at
FROM immunization_excursion excursion
JOIN immunization_colddevice device
    ON device.facility_id = excursion.facility_id AND device.id = excursion.device_id
WHERE excursion.decision = ''
  AND (%(facilities)s::int[] IS NULL OR excursion.facility_id = ANY(%(facilities)s::int[]))
ORDER BY excursion.began_at DESC LIMIT %(most)s

-- name: excursions_decided
-- Those decided, the latest first.
SELECT excursion.id, excursion.facility_id, excursion.device_id, device.name, device.storage, excursion.log_id,
       excursion.kind, excursion.began_at, excursion.ended_at, excursion.lowest, excursion.highest, excursion.minutes,
       excursion.limits, excursion.lots, excursion.note, excursion.actor_id, excursion.decision, excursion.comment,
       excursion.decided_by, excursion.decided_at
FROM immunization_excursion excursion
JOIN immunization_colddevice device
    ON device.facility_id = excursion.facility_id AND device.id = excursion.device_id
WHERE excursion.decision <> ''
  AND (%(facilities)s::int[] IS NULL OR excursion.facility_id = ANY(%(facilities)s::int[]))
ORDER BY excursion.decided_at DESC LIMIT %(most)s

-- name: excursion_by_id
-- One of them.
SELECT excursion.id, excursion.facility_id, excursion.device_id, device.name, device.storage, excursion.log_id,
       excursion.kind, excursion.began_at, excursion.ended_at, excursion.lowest, excursion.highest, excursion.minutes,
       excursion.limits, excursion.lots, excursion.note, excursion.actor_id, excursion.decision, excursion.comment,
       excursion.decided_by, excursion.decided_at
FROM immunization_excursion excursion
JOIN immunization_colddevice device
    ON device.facility_id = excursion.facility_id AND device.id = excursion.device_id
WHERE excursion.facility_id = %(facility)s AND excursion.id = %(id)s

-- name: temperature_series
-- A logger's file, packed.
SELECT packed, points FROM immunization_temperaturelog WHERE facility_id = %s AND id = %s

-- name: lots_here
-- Lots with what a facility holds of them now.
SELECT lot.id, lot.number, product.key, product.short_name, coalesce(stock.balance, 0)
FROM immunization_lot lot
JOIN immunization_product product ON product.id = lot.product_id
LEFT JOIN immunization_stock stock ON stock.lot_id = lot.id AND stock.facility_id = %s
WHERE lot.id = ANY(%s::bigint[]) ORDER BY product.id, lot.number
