-- name: lock_venue_keys
-- One makes a key at a time: its number is counted on.
SELECT pg_advisory_xact_lock(hashtext('places.venue_keys'))
