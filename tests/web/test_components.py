"""Tags and filters of the house."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from lachan.web import assets
from lachan.web.templatetags import lachan as tags


def render(source: str, **values: Any) -> str:
    return Template("{% load lachan %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("079012341234", "0790••••1234"),
        ("225123456", "22••••456"),
        ("DN4797912345678", "DN47••••5678"),
        ("C1234567", "••••67"),
        ("", ""),
        (None, ""),
    ],
)
def test_identifiers_are_masked(value: str | None, shown: str) -> None:
    assert tags.masked(value) == shown


@pytest.mark.parametrize(
    ("language", "value", "places", "shown"),
    [
        ("vi", 1204567, None, "1.204.567"),
        ("en", 1204567, None, "1,204,567"),
        ("vi", "1234.5", 1, "1.234,5"),
        ("en", 0, None, "0"),
        ("vi", -38, None, "-38"),
        ("vi", None, None, "–"),
    ],
)
def test_numbers_as_people_write_them(language: str, value: Any, places: int | None, shown: str) -> None:
    with translation.override(language):
        assert tags.num(value, places) == shown


@pytest.mark.parametrize(("value", "shown"), [(1204, "+1.204"), (-38, "−38"), (0, "0"), (None, "0")])
def test_differences_have_a_sign(value: int | None, shown: str) -> None:
    with translation.override("vi"):
        assert tags.signed(value) == shown


def test_times_are_those_of_vietnam() -> None:
    late = datetime(2021, 10, 16, 17, 30, 5, tzinfo=UTC)  # half past midnight of the 17th in Vietnam
    assert tags.day(late) == "17/10/2021"
    assert tags.clock(late) == "00:30"
    assert tags.clock(late, True) == "00:30:05"
    assert tags.day(None) == "–"


@pytest.mark.parametrize(("precision", "shown"), [("D", "05/03/1980"), ("M", "03/1980"), ("Y", "1980")])
def test_a_birth_date_is_no_more_exact_than_known(precision: str, shown: str) -> None:
    assert tags.born(date(1980, 3, 5), precision) == shown


def test_initials_are_of_the_given_name() -> None:
    assert tags.initials("Nguyễn Thị Ánh Đào") == "ÁĐ"
    assert tags.initials("") == ""


def test_a_state_has_word_and_shape() -> None:
    made = render('{% state "question" "Thận trọng" %}')
    assert "lc-state-question" in made
    assert "#alert-triangle" in made
    assert "Thận trọng" in made


def test_texts_from_people_are_escaped_everywhere() -> None:
    bad = "<img src=x onerror=alert(1)>"
    person = SimpleNamespace(name=bad, birth_date=None, birth_precision="D", sex="F")
    made = "".join(
        [
            render("{% person_card p residence=b identifier=b note=b href=b %}", p=person, b=bad),
            render('{% state "stop" b %}{% problem b b action=b href=b %}{% empty b b action=b href=b %}', b=bad),
            render("{% figure b 1 since=b href=b %}", b=bad),
        ]
    )
    assert "<img" not in made


def test_what_differs_is_marked() -> None:
    person = SimpleNamespace(name="Lê An", birth_date=date(1980, 1, 1), birth_precision="Y", sex="M")
    made = render("{% person_card p residence='Bến Nghé' marks=m %}", p=person, m=["birth"])
    assert '<span class="lc-differs">1980</span>' in made
    assert made.count("lc-differs") == 1


class _Form(forms.Form):
    name = forms.CharField(label="Họ tên")


def test_an_error_belongs_to_its_field() -> None:
    form = _Form({})
    made = render("{% field f.name hint='Như trên giấy tờ' %}", f=form)
    assert 'aria-invalid="true"' in made
    assert 'aria-describedby="id_name-hint id_name-error"' in made
    assert 'id="id_name-hint"' in made
    assert 'id="id_name-error"' in made
    assert "is-invalid" in made


def test_pages_keep_what_was_asked() -> None:
    request = RequestFactory().get("/worklist/?kind=held&page=2")
    made = render("{% pages p %}", request=request, p=Paginator(range(100), 10).page(2))
    assert 'href="?kind=held&amp;page=3"' in made
    assert 'href="?kind=held&amp;page=1"' in made
    assert render("{% pages p %}", request=request, p=Paginator(range(5), 10).page(1)).strip() == ""


def test_a_spark_line_stands_on_zero() -> None:
    made = render("{% figure 'Mũi' 9 spark=s %}", s=[0, 5, 10])
    assert 'points="0.0,23.0 50.0,12.0 100.0,1.0"' in made
    assert "polyline" not in render("{% figure 'Mũi' 9 spark=s %}", s=[4])


def test_an_asset_or_icon_that_is_not_built_is_said_at_once() -> None:
    with pytest.raises(assets.AssetMissing, match="frontend/islands/nothing"):
        assets.bundle("nothing")
    with pytest.raises(assets.AssetMissing, match="no-such-icon"):
        assets.icon_file("no-such-icon")
