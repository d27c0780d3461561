"""From ``class Distribution`` of every model to the statements that spread the tables over a Citus cluster.

A model says ``column = "person_id"`` (spread by it, beside the other tables of that column's type), ``kind =
"reference"`` (a copy on every node) or ``kind = "local"`` (stays on the coordinator). Tables of Django and
procrastinate stay local.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.apps import apps
from django.db import connection, models

Kind = Literal["distributed", "reference", "local"]


@dataclass(frozen=True)
class Placement:
    """Where a table of ours lives in a cluster."""

    table: str
    kind: Kind
    column: str | None = None
    with_table: str | None = None  # the table whose shards lie beside this one's

    def statement(self) -> str | None:
        """The Citus 14 call, or None for a local table."""
        if self.kind == "reference":
            return f"SELECT create_reference_table('{self.table}')"
        if self.kind == "distributed":
            beside = self.with_table or "none"
            return f"SELECT create_distributed_table('{self.table}', '{self.column}', colocate_with => '{beside}')"
        return None


class DistributionError(Exception):
    """A model does not say where its table lives, or says it wrongly."""


def placements(found: Iterable[type[models.Model]] | None = None) -> list[Placement]:
    """Every table of ours: reference tables first (others point at them), then distributed, then local, by name.

    Tables spread by a column of the same name are one
    group; the ``id`` of a person is ``person_id`` in the others.
    """
    ours = list(_ours() if found is None else found)
    # whose own id the group is spread by founds it, else the first by name
    drafts = sorted((_draft(model) for model in ours), key=lambda draft: (draft[0].column != "id", draft[0].table))
    founders: dict[str, str] = {}
    placed: list[Placement] = []
    for draft, group in drafts:
        if draft.kind == "distributed":
            founder = founders.setdefault(group, draft.table)
            beside = None if founder == draft.table else founder
            draft = Placement(draft.table, draft.kind, draft.column, beside)
        placed.append(draft)
    order = {"reference": 0, "distributed": 1, "local": 2}
    depths = {model._meta.db_table: _depth(model) for model in ours}

    def turn(entry: Placement) -> tuple[int, int, bool, str]:
        # a foreign key may only point at a table that is placed already
        depth = depths[entry.table] if entry.kind == "reference" else 0
        return order[entry.kind], depth, entry.with_table is not None, entry.table

    return sorted(placed, key=turn)


def _depth(model: type[models.Model]) -> int:
    """How many tables deep this one's foreign keys go, itself not counted."""
    targets = {
        field.related_model
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is not model
    }
    return max((1 + _depth(target) for target in targets if isinstance(target, type)), default=0)


def _ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("lachan."))


def _draft(model: type[models.Model]) -> tuple[Placement, str]:
    """The model's placement without its neighbour, and its group."""
    table = model._meta.db_table
    said = getattr(model, "Distribution", None)
    if said is None:
        if model._meta.auto_created:  # the table between two models lies where they lie
            return Placement(table, "local"), ""
        raise DistributionError(f"{model.__module__}.{model.__name__} has no class Distribution")
    kind, column = getattr(said, "kind", None), getattr(said, "column", None)
    if column is not None:
        if column not in {field.column for field in model._meta.local_concrete_fields}:
            raise DistributionError(f"{table} is to be spread by {column!r}, which it does not have")
        return Placement(table, "distributed", column), column if column != "id" else f"{model._meta.model_name}_id"
    if kind in ("reference", "local"):
        return Placement(table, kind), ""
    raise DistributionError(f"{model.__name__}.Distribution needs column = … or kind = 'reference' or 'local'")


def statements() -> list[str]:
    """What ``lachan db distribute`` runs, in order."""
    return [statement for entry in placements() if (statement := entry.statement())]


def already_placed() -> set[str]:
    """Tables the cluster knows already; raises :class:`DistributionError` on a server without Citus."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
        if not (cursor.fetchone() or (0,))[0]:
            raise DistributionError(
                "this server has no Citus extension; point DATABASE_URL at the coordinator of a Citus 14 cluster "
                "and type CREATE EXTENSION citus there"
            )
        cursor.execute("SELECT logicalrelid::regclass::text FROM pg_dist_partition WHERE partmethod <> 'x'")
        return {str(row[0]) for row in cursor.fetchall()}
