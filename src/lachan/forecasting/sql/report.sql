-- name: seals_before
-- The latest report of each place before a day: its seal.
SELECT DISTINCT ON (area_id) area_id, seal
  FROM forecasting_report
 WHERE area_id = ANY(%(areas)s::int[]) AND day < %(day)s
 ORDER BY area_id, day DESC

-- name: keep_reports
-- Reports of one day, in one statement; one that stands already stays as it is.
INSERT INTO forecasting_report (id, area_id, day, made_at, content, before, seal)
SELECT id, area_id, %(day)s, %(now)s, content, before, seal
  FROM unnest(%(ids)s::uuid[], %(areas)s::int[], %(contents)s::bytea[], %(befores)s::text[], %(seals)s::text[])
       AS made (id, area_id, content, before, seal)
    ON CONFLICT (area_id, day) DO NOTHING
RETURNING id, area_id

-- name: areas_reported
-- Of these places, those whose report of the day stands.
SELECT area_id FROM forecasting_report WHERE day = %(day)s AND area_id = ANY(%(areas)s::int[])

-- name: contents_of_day
-- Of these places, the reports of a day.
SELECT area_id, content FROM forecasting_report WHERE day = %(day)s AND area_id = ANY(%(areas)s::int[])

-- name: report_of
-- The report of a place on a day, or the latest before it.
SELECT id, area_id, day, made_at, content, before, seal
  FROM forecasting_report
 WHERE area_id = %(area)s AND day <= %(day)s
 ORDER BY day DESC
 LIMIT 1

-- name: days_of_reports
-- Days of a place's reports, latest first.
SELECT day, made_at, seal FROM forecasting_report
 WHERE area_id = %(area)s AND day < %(until)s
 ORDER BY day DESC
 LIMIT %(limit)s

-- name: drawing_of
-- A page or PDF as it was first drawn.
SELECT drawn FROM forecasting_reportdrawing
 WHERE report_id = %(report)s AND form = %(form)s AND language = %(language)s

-- name: keep_drawing
-- The first drawing stays; whoever drew at the same moment gets that one.
INSERT INTO forecasting_reportdrawing (report_id, form, language, made_at, digest, drawn)
VALUES (%(report)s, %(form)s, %(language)s, %(now)s, %(digest)s, %(drawn)s)
    ON CONFLICT DO NOTHING

-- name: report_page
-- Reports in the order of places and days, a page at a time: for the recount.
SELECT area_id, day, content, before, seal
  FROM forecasting_report
 WHERE (area_id, day) > (%(area)s, %(day)s)
 ORDER BY area_id, day
 LIMIT %(limit)s

-- name: drawings_page
-- Drawings with their digests, a page at a time.
SELECT report_id, form, language, digest, encode(sha256(drawn), 'hex')
  FROM forecasting_reportdrawing
 WHERE (report_id, form, language) > (%(report)s, %(form)s, %(language)s)
 ORDER BY report_id, form, language
 LIMIT %(limit)s

-- name: open_notes
-- Questions and decisions of these places that are not settled, those due first.
SELECT area_id, id, kind, text, who, due, day
  FROM forecasting_reportnote
 WHERE area_id = ANY(%(areas)s::int[]) AND state = 'open' AND day <= %(day)s
 ORDER BY area_id, due NULLS LAST, written_at

-- name: notes_of
-- What the meeting wrote about a report, and what is still open of earlier ones.
SELECT id, report_id, day, kind, figure, text, who, due, state, answer, written_at, settled_at
  FROM forecasting_reportnote
 WHERE area_id = %(area)s AND (report_id = %(report)s OR (state = 'open' AND day <= %(day)s))
 ORDER BY day, written_at
 LIMIT %(limit)s

-- name: write_notes
-- New questions and decisions, in one statement; one sent twice is there once.
INSERT INTO forecasting_reportnote
       (id, area_id, report_id, day, kind, figure, text, who, due, state, answer, written_at, written_by)
SELECT wanted.id, report.area_id, report.id, report.day, wanted.kind, wanted.figure, wanted.text, wanted.who, wanted.due,
       'open', '', %(now)s, %(actor)s
  FROM unnest(%(ids)s::uuid[], %(reports)s::uuid[], %(kinds)s::text[], %(figures)s::text[], %(texts)s::text[],
              %(whos)s::text[], %(dues)s::date[])
       AS wanted (id, report_id, kind, figure, text, who, due)
  JOIN forecasting_report report ON report.id = wanted.report_id
 WHERE %(scope)s::int[] IS NULL OR report.area_id = ANY(%(scope)s::int[])
    ON CONFLICT (id) DO NOTHING
RETURNING id, area_id

-- name: notes_there
-- Of these notes, those that stand: where each lies and whether it is settled.
SELECT id, area_id, state FROM forecasting_reportnote WHERE id = ANY(%(ids)s::uuid[])

-- name: settle_notes
-- Open notes of the actor's places get their answer; those settled meanwhile stay.
UPDATE forecasting_reportnote AS note
   SET state = wanted.state, answer = wanted.answer, settled_at = %(now)s, settled_by = %(actor)s
  FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(answers)s::text[]) AS wanted (id, state, answer)
 WHERE note.id = wanted.id AND note.state = 'open'
   AND (%(scope)s::int[] IS NULL OR note.area_id = ANY(%(scope)s::int[]))
RETURNING note.id

-- name: readers_of
-- Who gets the report of a place, and how the latest letter to each went.
SELECT reader.id, reader.address, reader.language, reader.since, last.day, coalesce(last.state, ''),
       coalesce(last.reason, '')
  FROM forecasting_reportreader reader
  LEFT JOIN LATERAL (
       SELECT report.day, send.state, send.reason
         FROM forecasting_report report
         JOIN forecasting_reportsend send ON send.report_id = report.id AND send.reader_id = reader.id
        WHERE report.area_id = reader.area_id AND send.tries > 0
        ORDER BY report.day DESC
        LIMIT 1) last ON true
 WHERE reader.area_id = %(area)s AND reader.until IS NULL
 ORDER BY reader.since, reader.id
 LIMIT %(limit)s

-- name: add_readers
-- New addresses of a place; one that is there stays as it is.
INSERT INTO forecasting_reportreader (id, area_id, address, address_blind, language, since, added_by)
SELECT id, %(area)s, address, blind, language, %(now)s, %(actor)s
  FROM unnest(%(ids)s::uuid[], %(addresses)s::bytea[], %(blinds)s::bytea[], %(languages)s::text[])
       AS wanted (id, address, blind, language)
    ON CONFLICT (area_id, address_blind) WHERE until IS NULL DO NOTHING
RETURNING id

-- name: end_readers
-- Addresses that get no more reports; what still waits for them is not sent.
WITH ended AS (
    UPDATE forecasting_reportreader SET until = %(now)s
     WHERE id = ANY(%(ids)s::uuid[]) AND area_id = %(area)s AND until IS NULL
    RETURNING id),
stopped AS (
    UPDATE forecasting_reportsend SET state = 'refused', reason = 'reader_ended'
     WHERE reader_id IN (SELECT id FROM ended) AND state = 'waiting')
SELECT id FROM ended

-- name: queue_sends
-- Every reader of a place whose report was kept gets one.
INSERT INTO forecasting_reportsend (report_id, reader_id, state, tries, next_at, reason)
SELECT report.id, reader.id, 'waiting', 0, %(now)s, ''
  FROM forecasting_report report
  JOIN forecasting_reportreader reader ON reader.area_id = report.area_id AND reader.until IS NULL
 WHERE report.id = ANY(%(reports)s::uuid[])
    ON CONFLICT DO NOTHING

-- name: give_up_sends
-- Sends whose worker died over the last try.
UPDATE forecasting_reportsend SET state = 'given_up', reason = 'worker_stopped'
 WHERE state = 'waiting' AND next_at <= %(now)s AND tries >= %(most)s

-- name: claim_send
-- The send that waits longest, ours until a moment: its try is counted before it is made. Readers who want no more
-- reports get none that still waits.
UPDATE forecasting_reportsend AS send
   SET next_at = %(until)s, tries = send.tries + 1
  FROM forecasting_reportreader reader, forecasting_report report
 WHERE (send.report_id, send.reader_id) = (
           SELECT due.report_id, due.reader_id
             FROM forecasting_reportsend due
             JOIN forecasting_reportreader one ON one.id = due.reader_id AND one.until IS NULL
            WHERE due.state = 'waiting' AND due.next_at <= %(now)s AND due.tries < %(most)s
            ORDER BY due.next_at, due.report_id, due.reader_id
            LIMIT 1
              FOR UPDATE OF due SKIP LOCKED)
   AND reader.id = send.reader_id AND report.id = send.report_id
RETURNING send.report_id, send.reader_id, send.tries, reader.address, reader.language, report.area_id, report.day

-- name: note_send
-- How a send went, unless it was claimed again since.
UPDATE forecasting_reportsend
   SET state = %(state)s, next_at = %(next)s, reason = %(reason)s,
       sent_at = CASE WHEN %(state)s::text = 'sent' THEN %(now)s::timestamptz END
 WHERE report_id = %(report)s AND reader_id = %(reader)s AND tries = %(tries)s AND state = 'waiting'
