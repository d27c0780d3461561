"""Products and the dated rules about them, frozen for fast reading.

Built once from plain rows (the reference tables or the data file) and replaced whole when a rule changes. Every rule
has the legal text it comes from and the days it is in force: ``valid_from`` is the first day, ``valid_to`` the first
day no longer in force (None: open end). Where two are in force the later ``valid_from`` wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from msgspec import Struct, to_builtins
from msgspec.json import encode

Row = Mapping[str, Any]

ANY = 0
"""Stands for any other product; product ids begin at 1."""


class Product(Struct, frozen=True, gc=False):
    """A vaccine product; ``short_name`` is what a nurse calls it."""

    id: int
    key: str
    name: str
    short_name: str


class ProductRule(Struct, frozen=True, gc=False):
    """How a product is given. ``components`` > 0: dose k of the primary series must be component k (Sputnik V)."""

    product_id: int
    valid_from: date
    valid_to: date | None
    min_age: int
    min_interval_days: int
    max_interval_days: int | None
    primary_doses: int
    components: int
    reference: str


class MixingRule(Struct, frozen=True, gc=False):
    """Whether ``to`` may follow ``from`` in one primary series. ``condition`` is shown to staff, not computed."""

    from_product_id: int
    to_product_id: int | None
    valid_from: date
    valid_to: date | None
    allowed: bool
    min_interval_days: int | None
    max_interval_days: int | None
    condition: Mapping[str, str] | str
    reference: str


class BoosterRule(Struct, frozen=True, gc=False):
    """Time from the latest dose to a booster: calendar months and, on top, days (either may be 0).

    ``products``: product of the completed series (``ANY``: any not named) to the products that may boost it; empty
    lets any. ``max_doses`` None: no limit stated.
    """

    valid_from: date
    valid_to: date | None
    min_months: int
    min_days: int
    min_age: int
    max_doses: int | None
    products: Mapping[int, frozenset[int]]
    reference: str

    def boosts(self, primary: int, product_id: int) -> bool:
        """May ``product_id`` boost a series completed with ``primary``? The same product always may."""
        if not self.products or primary == product_id:
            return True
        return product_id in self.products.get(primary, self.products.get(ANY, frozenset()))


class RuleOn(NamedTuple):
    """A product rule for a day; ``in_force`` is -1 before the first rule, +1 after the end, 0 within."""

    rule: ProductRule
    in_force: int


class Catalogue:
    """Immutable lookups over products and rules; ``version`` names exactly this content."""

    __slots__ = ("_boosters", "_current", "_mixing", "_products", "_rules", "keys", "version")

    def __init__(
        self,
        products: Iterable[Product],
        product_rules: Iterable[ProductRule],
        mixing_rules: Iterable[MixingRule],
        booster_rules: Iterable[BoosterRule],
    ) -> None:
        product_list = sorted(products, key=lambda product: product.id)
        rules = sorted(product_rules, key=lambda rule: (rule.product_id, rule.valid_from))
        mixing = sorted(mixing_rules, key=lambda rule: (rule.from_product_id, rule.to_product_id or 0, rule.valid_from))
        boosters = sorted(booster_rules, key=lambda rule: rule.valid_from)
        self.version = _version(product_list, rules, mixing, boosters)
        self._products = {product.id: product for product in product_list}
        self.keys = {product.key: product.id for product in product_list}
        self._boosters = tuple(reversed(boosters))
        newest_first: dict[int, list[ProductRule]] = defaultdict(list)
        for rule in reversed(rules):
            newest_first[rule.product_id].append(rule)
        for product in product_list:
            if product.id not in newest_first:
                raise ValueError(f"Product {product.key} has no rule: say from which day it may be given.")
        self._rules = {product_id: tuple(found) for product_id, found in newest_first.items()}
        # Nearly every dose falls under the newest rule: one dict hit and two comparisons find it.
        self._current = {
            product_id: (found[0].valid_from, found[0].valid_to or date.max, RuleOn(found[0], 0))
            for product_id, found in self._rules.items()
        }
        self._mixing = _pairs(self._products, mixing)

    @classmethod
    def from_rows(
        cls,
        products: Iterable[Row],
        product_rules: Iterable[Row],
        mixing_rules: Iterable[Row],
        booster_rules: Iterable[Row],
    ) -> "Catalogue":
        """Build from plain rows whose keys are the field names above; dates as ``date`` or ISO text.

        ``to_product_id`` None means any other product. Missing optional fields take: no end, no maximum, no condition,
        no components, any booster product. A booster row of another ``kind`` (an additional dose for weak immunity) is
        left out: a doctor decides that one by answering ``booster_too_early``. Raises KeyError for a missing mandatory
        field and ValueError for a malformed date.
        """
        return cls(
            [Product(row["id"], row["key"], row["name"], row.get("short_name") or row["name"]) for row in products],
            [_product_rule(row) for row in product_rules],
            [_mixing_rule(row) for row in mixing_rules],
            [_booster_rule(row) for row in booster_rules if row.get("kind", "booster") == "booster"],
        )

    def product(self, product_id: int) -> Product | None:
        """The product, or None when this catalogue does not know it."""
        return self._products.get(product_id)

    def products(self) -> tuple[Product, ...]:
        """All products by id."""
        return tuple(self._products.values())

    def name(self, product_id: int) -> str:
        """Short name for a message; the bare id when unknown."""
        product = self._products.get(product_id)
        return product.short_name if product is not None else str(product_id)

    def rule_on(self, product_id: int, on: date) -> RuleOn | None:
        """The product's rule on a day, else the nearest one marked as not in force; None: unknown product.

        The nearest rule still numbers the dose and finds the interval, so that one wrong date gives one reason only.
        """
        current = self._current.get(product_id)
        if current is None:
            return None
        if current[0] <= on < current[1]:
            return current[2]
        rules = self._rules[product_id]
        for rule in rules:
            if rule.valid_from <= on:
                return RuleOn(rule, 0 if rule.valid_to is None or on < rule.valid_to else 1)
        return RuleOn(rules[-1], -1)

    def primary_doses(self, product_id: int, on: date) -> int:
        """Doses of the product's own primary series; 2, the commonest, for a product we do not know."""
        found = self.rule_on(product_id, on)
        return found.rule.primary_doses if found is not None else 2

    def mixing(self, from_product_id: int, to_product_id: int, on: date) -> MixingRule | None:
        """The rule on following one product by another; None: no text allows it."""
        for rule in self._mixing.get((from_product_id, to_product_id), ()):
            if rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to):
                return rule
        return None

    def booster(self, on: date) -> BoosterRule | None:
        """The booster rule in force on a day, if any."""
        for rule in self._boosters:
            if rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to):
                return rule
        return None


def _version(*parts: list[Any]) -> str:
    """Short digest of the content, the same for the same rules whatever the order or the process they came in."""
    plain = to_builtins(parts, order="deterministic", str_keys=True)
    return blake2b(encode(plain, order="deterministic"), digest_size=6).hexdigest()


def _pairs(products: Mapping[int, Product], rules: list[MixingRule]) -> dict[tuple[int, int], tuple[MixingRule, ...]]:
    """Rules of each ordered pair, best first: a rule naming both products goes before one naming only the first."""
    pairs: dict[tuple[int, int], list[MixingRule]] = defaultdict(list)
    named = [rule for rule in reversed(rules) if rule.to_product_id is not None]
    general = [rule for rule in reversed(rules) if rule.to_product_id is None]
    for rule in named:
        pairs[rule.from_product_id, rule.to_product_id or 0].append(rule)
    for rule in general:
        for other in products:
            if other != rule.from_product_id:
                pairs[rule.from_product_id, other].append(rule)
    return {pair: tuple(found) for pair, found in pairs.items()}


def _product_rule(row: Row) -> ProductRule:
    return ProductRule(
        row["product_id"],
        _day(row["valid_from"]),
        _end(row),
        row["min_age"],
        row.get("min_interval_days") or 0,
        row.get("max_interval_days"),
        row["primary_doses"],
        row.get("components") or 0,
        row["reference"],
    )


def _mixing_rule(row: Row) -> MixingRule:
    return MixingRule(
        row["from_product_id"],
        row["to_product_id"],
        _day(row["valid_from"]),
        _end(row),
        row["allowed"],
        row.get("min_interval_days"),
        row.get("max_interval_days"),
        row.get("condition") or "",
        row["reference"],
    )


def _booster_rule(row: Row) -> BoosterRule:
    products = {
        ANY if primary == "*" else int(primary): frozenset(allowed)
        for primary, allowed in (row.get("products") or {}).items()
    }
    return BoosterRule(
        _day(row["valid_from"]),
        _end(row),
        row.get("min_months") or 0,
        row.get("min_days") or 0,
        row.get("min_age") or 0,
        row.get("max_doses"),
        products,
        row.get("reference") or "",
    )


def _end(row: Row) -> date | None:
    end = row.get("valid_to")
    return None if end is None else _day(end)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
