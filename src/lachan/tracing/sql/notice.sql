-- name: notices_of
-- Open watches of persons with the first and last day of what stands against them, and whether all of it was at places.
SELECT watch.person_id, watch.id, watch.disease, watch.level,
       coalesce(found.first_exposure, watch.last_exposure), coalesce(found.last_exposure, watch.last_exposure),
       watch.since, watch.until, watch.test_days, watch.quarantine, watch.area_id, coalesce(found.at_places, false)
FROM tracing_watch AS watch
LEFT JOIN (
    SELECT person_id, disease, min(first_exposure) AS first_exposure, max(last_exposure) AS last_exposure,
           bool_and(kind = 'visit') AS at_places
    FROM tracing_link WHERE person_id = ANY(%s::uuid[]) AND state = 'standing'
    GROUP BY person_id, disease
) AS found ON found.person_id = watch.person_id AND found.disease = watch.disease
WHERE watch.person_id = ANY(%s::uuid[]) AND watch.state = 'open'
ORDER BY watch.person_id, watch.level, watch.until DESC
