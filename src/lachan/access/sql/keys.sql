-- name: key_of_prefix
-- The key of this prefix, revoked and expired too, with one row for each of its grants that was not taken back.
SELECT k.id, k.label, k.hash, k.expires_at, k.revoked_at, k.latest_used_at,
       g.role, g.facility_id, g.area_id, g.valid_from, g.valid_to
FROM access_apikey k
LEFT JOIN access_grant g ON g.api_key_id = k.id AND g.revoked_at IS NULL
WHERE k.prefix = %s
ORDER BY g.id

-- name: note_key_use
-- Remember that a key was used, at most once a minute whichever process asks.
UPDATE access_apikey SET latest_used_at = %s
WHERE id = %s AND (latest_used_at IS NULL OR latest_used_at <= %s)
