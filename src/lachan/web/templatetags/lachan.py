"""Template tags of the house: ``{% load lachan %}``. See ``web/README.md`` for each with an example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import numberformat, timezone
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.web import assets

register = template.Library()

# Colour, word and shape of a state: never colour alone.
STATES = {
    "done": ("circle-check", gettext_lazy("Done")),
    "waiting": ("clock", gettext_lazy("Waiting")),
    "question": ("alert-triangle", gettext_lazy("To be checked")),
    "stop": ("octagon", gettext_lazy("Stop")),
    "unknown": ("circle-dashed", gettext_lazy("Not known")),
}
DOTS = "••••"


@register.simple_tag
def asset(name: str) -> SafeString:
    """Links and script of one bundle: ``{% asset "board" %}`` in the block ``assets``."""
    bundle = assets.bundle(name)
    lines = [format_html('<link rel="stylesheet" href="{}">', static(path)) for path in bundle.styles]
    lines += [format_html('<link rel="modulepreload" href="{}">', static(path)) for path in bundle.preloads]
    if bundle.script:
        lines.append(format_html('<script type="module" src="{}"></script>', static(bundle.script)))
    return format_html_join("\n", "{}", ((line,) for line in lines))


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite. Without ``label`` it is decoration and hidden from screen readers."""
    address = f"{static(assets.icon_file(name))}#{name}"
    if label:
        return format_html(
            '<svg class="lc-icon {}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address
        )
    return format_html('<svg class="lc-icon {}" aria-hidden="true"><use href="{}"/></svg>', css, address)


@register.simple_tag
def state(kind: str, word: str = "", css: str = "") -> SafeString:
    """A state badge: ``{% state "question" word %}``; kinds done, waiting, question, stop, unknown."""
    name, usual = STATES[kind]
    return format_html('<span class="lc-state lc-state-{} {}">{}{}</span>', kind, css, icon(name), word or usual)


@register.filter
def masked(value: object) -> str:
    """``079012341234`` as ``0790••••1234``; short ones show their last two only; empty stays empty."""
    text = str(value or "").strip()
    if len(text) < 9:
        return (DOTS + text[-2:]) if text else ""
    return text[:4] + DOTS + text[-4:] if len(text) >= 12 else text[:2] + DOTS + text[-3:]


@register.filter
def num(value: object, places: int | None = None) -> str:
    """A number as people here write it: 1.234,5 in Vietnamese, 1,234.5 in English; a dash when there is none."""
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value))
    if places is not None:  # what is left to numberformat it cuts off: 0.849 would be 0,84
        amount = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    # Django's Vietnamese formats name the separator but not the grouping, so number_format would write 1204567.
    return numberformat.format(
        amount,
        get_format("DECIMAL_SEPARATOR"),
        decimal_pos=places,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


@register.filter
def signed(value: object) -> str:
    """A difference with its sign: +1.204, −38, 0 (a true minus, as wide as the plus)."""
    amount = Decimal(str(value or 0))
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return sign + num(abs(amount))


@register.filter
def day(value: date | datetime | None) -> str:
    """16/10/2021, in both languages."""
    if value is None:
        return "–"
    local = timezone.localtime(value).date() if isinstance(value, datetime) and timezone.is_aware(value) else value
    return local.strftime("%d/%m/%Y")


@register.filter
def clock(value: datetime | None, seconds: bool = False) -> str:
    """14:32, or 14:32:05 with ``|clock:True``."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%H:%M:%S" if seconds else "%H:%M")


@register.filter
def born(value: date | None, precision: str = "D") -> str:
    """A birth date no more exact than it is known: 05/03/1980, 03/1980 or 1980."""
    if value is None:
        return _("birth date not known")
    return value.strftime({"D": "%d/%m/%Y", "M": "%m/%Y"}.get(precision, "%Y"))


@register.filter
def initials(name: str) -> str:
    """Of a Vietnamese name the last two words: "Nguyễn Văn An" is VA."""
    return "".join(word[0] for word in str(name).split()[-2:]).upper()


@register.simple_tag
def updated(moment: datetime) -> SafeString:
    """The time a number is of: "updated 14:32:05"."""
    return format_html(
        '<time class="lc-updated" datetime="{}">{} {}</time>', moment.isoformat(), _("updated"), clock(moment, True)
    )


@register.inclusion_tag("web/components/person.html")
def person_card(
    person: Any, residence: str = "", identifier: str = "", note: str = "", href: str = "", marks: Sequence[str] = ()
) -> dict[str, Any]:
    """A person in two lines. ``marks`` names the fields that differ (name, birth, sex, residence, identifier)."""
    return {
        "person": person,
        "residence": residence,
        "identifier": identifier,
        "note": note,
        "href": href,
        "marks": marks,
    }


@register.inclusion_tag("web/components/empty.html")
def empty(
    title: str, text: str = "", icon: str = "leaf", action: str = "", href: str = "", kind: str = "unknown"
) -> dict[str, Any]:
    """What a list says when nothing is in it, and the one thing to do now."""
    return {"title": title, "text": text, "icon_name": icon, "action": action, "href": href, "kind": kind}


@register.inclusion_tag("web/components/problem.html")
def problem(title: str, text: str = "", action: str = "", href: str = "", kind: str = "stop") -> dict[str, Any]:
    """What happened, why, and what to do: inside a page, where a part of it failed or was refused."""
    return {"title": title, "text": text, "action": action, "href": href, "kind": kind, "icon_name": STATES[kind][0]}


@register.inclusion_tag("web/components/skeleton.html")
def skeleton(rows: int = 3) -> dict[str, Any]:
    """Grey lines in the place of what is being fetched."""
    return {"rows": range(rows)}


@register.inclusion_tag("web/components/figure.html")
def figure(
    label: str,
    value: object,
    difference: object = None,
    since: str = "",
    moment: datetime | None = None,
    href: str = "",
    spark: Sequence[float] = (),
    key: str = "",
) -> dict[str, Any]:
    """A number people decide by, with its difference, its time, a spark line and the way to its table.

    ``key`` gives the number an id (``figure-<key>``) so that a partial page can replace it.
    """
    return {
        "label": label,
        "value": value,
        "difference": difference,
        "since": since or _("against yesterday"),
        "moment": moment,
        "href": href,
        "line": _spark(spark),
        "key": key,
    }


def _spark(values: Sequence[float]) -> str:
    """Points of a polyline in a box of 100 by 24, zero at the bottom."""
    if len(values) < 2:
        return ""
    top = max(values) or 1
    step = 100 / (len(values) - 1)
    return " ".join(f"{index * step:.1f},{23 - 22 * value / top:.1f}" for index, value in enumerate(values))


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, css: str = "", hint: str = "") -> dict[str, Any]:
    """A form field with its label, hint and errors, tied together for screen readers."""
    attributes = bound.field.widget.attrs
    kind = getattr(bound.field.widget, "input_type", "")
    usual = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}
    classes = {usual.get(kind, "form-control"), *attributes.get("class", "").split()}
    if bound.errors:
        classes.add("is-invalid")
        attributes["aria-invalid"] = "true"
    described = [f"{bound.id_for_label}-{part}" for part, shown in (("hint", hint), ("error", bound.errors)) if shown]
    if described:
        attributes["aria-describedby"] = " ".join(described)
    attributes["class"] = " ".join(sorted(classes))
    return {"field": bound, "css": css, "hint": hint or bound.help_text, "check": kind == "checkbox"}


@register.inclusion_tag("web/components/pages.html", takes_context=True)
def pages(context: Any, page: Any, name: str = "page") -> dict[str, Any]:
    """Steps through a ``django.core.paginator.Page``; keeps the other parameters of the address."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    return {"page": page, "name": name, "query": query.urlencode()}
