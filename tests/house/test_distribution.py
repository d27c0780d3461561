"""The schema fits a Citus 14 cluster, read from the catalogue of a migrated database.

Refused there: a unique key without the distribution column, a foreign key that leaves its shard, triggers and exclusion
constraints on distributed tables.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from lachan.kernel.distribution import DistributionError, Placement, placements, statements

pytestmark = [pytest.mark.django_db]


@pytest.fixture(scope="module")
def placed() -> dict[str, Placement]:
    return {entry.table: entry for entry in placements()}


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_every_table_of_ours_has_a_place(placed: dict[str, Placement]) -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("lachan.")}
    tables = {
        name
        for (name,) in rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition")
        if name.split("_")[0] in rooms
    }
    not_models = {"access_throttle"}  # Django's cache table: local, made in a migration
    assert tables - not_models == set(placed)


def keys_that_break(placed: dict[str, Placement]) -> list[str]:
    found = rows(
        """
        SELECT t.relname, i.relname, array(
            SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (x.indkey))
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indisunique
        """
    )
    return [
        f"{index} on {table} {columns} lacks {placed[table].column}"
        for table, index, columns in found
        if table in placed and placed[table].kind == "distributed" and placed[table].column not in columns
    ]


def test_unique_keys_hold_the_distribution_column(placed: dict[str, Placement]) -> None:
    assert keys_that_break(placed) == []


def references_that_break(placed: dict[str, Placement]) -> list[str]:
    found = rows(
        """
        SELECT c.conname, s.relname, t.relname,
            array(SELECT attname::text FROM pg_attribute WHERE attrelid = s.oid AND attnum = ANY (c.conkey)),
            array(SELECT attname::text FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (c.confkey))
        FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
        WHERE c.contype = 'f'
        """
    )
    breaking = []
    for name, source, target, columns, target_columns in found:
        if source not in placed or target not in placed:
            if source in placed and placed[source].kind != "local":
                breaking.append(f"{name}: {source} points at {target}, which stays on the coordinator")
            continue
        from_, to = placed[source], placed[target]
        beside = from_.kind == to.kind == "distributed" and _group(from_) == _group(to)
        if beside and from_.column in columns and to.column in target_columns:
            continue
        if to.kind == "reference" or (from_.kind == "local" and to.kind == "local"):
            continue
        breaking.append(f"{name}: {source} ({from_.kind}) points at {target} ({to.kind})")
    return breaking


def test_foreign_keys_stay_on_their_node(placed: dict[str, Placement]) -> None:
    assert references_that_break(placed) == []


def _group(entry: Placement) -> str:
    return entry.with_table or entry.table


def what_citus_refuses(placed: dict[str, Placement]) -> list[str]:
    found = rows(
        """
        SELECT t.relname, g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
        UNION ALL
        SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'x'
        """
    )
    return [name for table, name in found if table in placed]


def test_no_triggers_and_no_exclusion_constraints(placed: dict[str, Placement]) -> None:
    assert what_citus_refuses(placed) == []


def test_each_of_these_is_seen_when_it_happens(placed: dict[str, Placement]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX lot_number_once ON immunization_dose (lot_number) WHERE status = 'active'")
        cursor.execute(
            "ALTER TABLE immunization_dose ADD CONSTRAINT dose_session FOREIGN KEY (session_id) "
            "REFERENCES immunization_session (id)"
        )
        cursor.execute(
            "CREATE TRIGGER dose_touched BEFORE UPDATE ON immunization_dose FOR EACH ROW "
            "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
    assert keys_that_break(placed) == ["lot_number_once on immunization_dose ['lot_number'] lacks person_id"]
    assert references_that_break(placed) == [
        "dose_session: immunization_dose (distributed) points at immunization_session (distributed)"
    ]
    assert what_citus_refuses(placed) == ["dose_touched"]


def test_tables_side_by_side_have_columns_of_one_type(placed: dict[str, Placement]) -> None:
    types = {
        (table, column): kind
        for table, column, kind in rows(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
    }
    for entry in placed.values():
        if entry.with_table:
            founder = placed[entry.with_table]
            assert types[entry.table, entry.column] == types[founder.table, founder.column], entry.table


def test_people_lie_beside_their_doses(placed: dict[str, Placement]) -> None:
    assert placed["people_person"].with_table is None
    for table in ("immunization_dose", "immunization_encounter", "people_contact", "access_look"):
        assert placed[table].with_table == "people_person"
    assert placed["people_identifier"].column == "blind"


def test_statements_place_reference_tables_before_what_points_at_them() -> None:
    kinds = ["reference" if "reference_table" in statement else "distributed" for statement in statements()]
    assert kinds == sorted(kinds, reverse=True)
    assert "SELECT create_reference_table('places_area')" in statements()
    assert (
        "SELECT create_distributed_table('immunization_dose', 'person_id', colocate_with => 'people_person')"
        in statements()
    )


def test_a_model_that_does_not_say_where_it_lives_is_refused() -> None:
    class Nowhere:
        __module__, __name__ = "lachan.people.models", "Nowhere"
        _meta = type("Meta", (), {"db_table": "people_nowhere", "auto_created": False})

    class Wrong(Nowhere):
        _meta = type("Meta", (), {"db_table": "people_wrong", "auto_created": False, "local_concrete_fields": ()})
        Distribution = type("Distribution", (), {"column": "person_id"})

    for model in (Nowhere, Wrong):
        kind: type[models.Model] = model  # type: ignore[assignment]
        with pytest.raises(DistributionError, match=r"Distribution|which it does not have"):
            placements([kind])
