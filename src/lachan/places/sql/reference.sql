-- name: stage_areas
-- Empty copy of the area table for this transaction; rows arrive there by COPY.
CREATE TEMPORARY TABLE stage_area (LIKE places_area INCLUDING DEFAULTS) ON COMMIT DROP

-- name: copy_areas
-- Stream of staged areas, columns in the order operations writes them.
COPY stage_area (id, code, level, parent_id, province_id, district_id, kind_vi, kind_en, name, full_name, name_en,
                 search_name, valid_from, valid_to, region, lat, lon, population) FROM STDIN

-- name: upsert_areas
-- New areas are added, known ids take the new facts; unchanged rows are not rewritten.
INSERT INTO places_area AS kept
SELECT * FROM stage_area
ON CONFLICT (id) DO UPDATE SET
    code = excluded.code, level = excluded.level, parent_id = excluded.parent_id, province_id = excluded.province_id,
    district_id = excluded.district_id, kind_vi = excluded.kind_vi, kind_en = excluded.kind_en, name = excluded.name,
    full_name = excluded.full_name, name_en = excluded.name_en, search_name = excluded.search_name,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, region = excluded.region, lat = excluded.lat,
    lon = excluded.lon, population = excluded.population
WHERE kept IS DISTINCT FROM excluded

-- name: stage_successors
-- Empty copy of the successor table for this transaction.
CREATE TEMPORARY TABLE stage_successor (LIKE places_areasuccessor INCLUDING DEFAULTS) ON COMMIT DROP

-- name: copy_successors
-- Stream of staged successors.
COPY stage_successor (id, old_id, new_id, extent, review, reference) FROM STDIN

-- name: drop_old_successors
-- Links the reference data no longer has. Nothing points at them, and a corrected mapping must not leave the wrong one.
DELETE FROM places_areasuccessor AS kept
WHERE NOT EXISTS (SELECT 1 FROM stage_successor AS s
                  WHERE s.id = kept.id AND s.old_id = kept.old_id AND s.new_id = kept.new_id)

-- name: upsert_successors
-- Links as the reference data has them.
INSERT INTO places_areasuccessor AS kept
SELECT * FROM stage_successor
ON CONFLICT (id) DO UPDATE SET extent = excluded.extent, review = excluded.review, reference = excluded.reference
WHERE kept IS DISTINCT FROM excluded

-- name: stage_facilities
-- Empty copy of the facility table for this transaction.
CREATE TEMPORARY TABLE stage_facility (LIKE places_facility INCLUDING DEFAULTS) ON COMMIT DROP

-- name: copy_facilities
-- Stream of staged facilities.
COPY stage_facility (id, code, name, search_name, kind, area_id, district_id, province_id, opened_on) FROM STDIN

-- name: upsert_facilities
-- Facilities of the layout. `closed_on`, and a name given here, are left alone: closing and renaming a station are facts
-- of this installation, not of the data.
INSERT INTO places_facility AS kept
    (id, code, name, search_name, kind, area_id, district_id, province_id, opened_on, own_name)
SELECT id, code, name, search_name, kind, area_id, district_id, province_id, opened_on, false FROM stage_facility
ON CONFLICT (id) DO UPDATE SET
    code = excluded.code, kind = excluded.kind,
    name = CASE WHEN kept.own_name THEN kept.name ELSE excluded.name END,
    search_name = CASE WHEN kept.own_name THEN kept.search_name ELSE excluded.search_name END,
    area_id = excluded.area_id, district_id = excluded.district_id, province_id = excluded.province_id,
    opened_on = excluded.opened_on
WHERE (kept.code, kept.kind, kept.area_id, kept.district_id, kept.province_id, kept.opened_on)
    IS DISTINCT FROM (excluded.code, excluded.kind, excluded.area_id, excluded.district_id,
                      excluded.province_id, excluded.opened_on)
    OR NOT kept.own_name AND kept.name <> excluded.name

-- name: analyze_reference
-- Statistics for the planner straight after a load; every room joins these tables.
ANALYZE places_area, places_areasuccessor, places_facility

-- name: lock_facilities
-- One opens facilities at a time: their ids are counted on.
SELECT pg_advisory_xact_lock(hashtext('places.facilities'))

-- name: facilities_stamp
-- Changes whenever a facility was opened or changed: what processes compare with what they hold in memory.
SELECT count(*), max(xmin::text::bigint) FROM places_facility
