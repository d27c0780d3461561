-- name: make_visits_to_measure
-- The columns of visits as the house has them, in one table.
CREATE TABLE tracing_visit (
    place_id bigint NOT NULL, t_in timestamptz NOT NULL, t_out timestamptz NOT NULL, subject bigint NOT NULL,
    source smallint NOT NULL DEFAULT 0, provisional boolean NOT NULL
)

-- name: load_visits_to_measure
-- Rows, all of one transaction with the table, so that they need no second visit.
COPY tracing_visit (place_id, subject, t_in, t_out, provisional) FROM STDIN (FORMAT binary, FREEZE)

-- name: index_visits_by_place
-- As the key of the house: everybody at a place in a span of time without touching the heap.
CREATE UNIQUE INDEX ON tracing_visit (place_id, t_in, subject) INCLUDE (t_out)

-- name: index_visits_by_subject
-- Stays of a person.
CREATE INDEX ON tracing_visit (subject, t_in)

-- name: contacts_by_btree
-- Contacts of one person with their minutes summed by the server: what is sent is the list only.
SELECT other.subject, sum(extract(epoch FROM least(own.t_out, other.t_out, %(until)s::timestamptz)
                                            - greatest(own.t_in, other.t_in, %(since)s::timestamptz)))::bigint AS seconds
FROM tracing_visit own
JOIN tracing_visit other ON other.place_id = own.place_id
    AND other.t_in > own.t_in - interval '12 hours' AND other.t_in < own.t_out
    AND other.t_out > own.t_in AND other.subject <> own.subject
WHERE own.subject = %(subject)s::bigint
  AND own.t_in > %(since)s::timestamptz - interval '12 hours' AND own.t_in < %(until)s::timestamptz
  AND own.t_out > %(since)s::timestamptz
  AND other.t_in < %(until)s::timestamptz AND other.t_out > %(since)s::timestamptz
GROUP BY other.subject
HAVING sum(extract(epoch FROM least(own.t_out, other.t_out, %(until)s::timestamptz)
                              - greatest(own.t_in, other.t_in, %(since)s::timestamptz))) >= %(least)s
