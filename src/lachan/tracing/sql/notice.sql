-- name: notices_of
-- Watches of persons whose last day is not over, open ones first and the strictest of them, then the latest changed; with
-- the first and last day of what stands against them, and whether all of it was at places.
SELECT watch.person_id, watch.id, watch.disease, watch.level,
       coalesce(found.first_exposure, watch.last_exposure), coalesce(found.last_exposure, watch.last_exposure),
       watch.since, watch.until, watch.test_days, watch.quarantine, watch.area_id, coalesce(found.at_places, false),
       watch.state, watch.changed_at
FROM tracing_watch AS watch
LEFT JOIN (
    SELECT person_id, disease, min(first_exposure) AS first_exposure, max(last_exposure) AS last_exposure,
           bool_and(kind = 'visit') AS at_places
    FROM tracing_link WHERE person_id = ANY(%s::uuid[]) AND state = 'standing'
    GROUP BY person_id, disease
) AS found ON found.person_id = watch.person_id AND found.disease = watch.disease
WHERE watch.person_id = ANY(%s::uuid[]) AND (watch.state = 'open' OR watch.until >= %s::date)
ORDER BY watch.person_id, watch.state <> 'open', CASE WHEN watch.state <> 'open' THEN watch.changed_at END DESC,
         watch.level, watch.until DESC
