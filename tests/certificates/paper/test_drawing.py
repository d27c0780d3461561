"""What is in a PDF: the cards that were asked for, as data, whatever is in them; each on its page."""

from __future__ import annotations

import unicodedata
from datetime import date

import pypdfium2 as pdfium
import pytest
from fontTools.ttLib import TTFont

from lachan.certificates.codecs import pictures
from lachan.certificates.paper import MOST_CARDS, Printable, PrintedDose, draw, drawing, parts
from lachan.certificates.paper.legible import specimens
from lachan.certificates.paper.printable import Form, Language, plain

LONGEST_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Thị Phương Khanh Trường Thịnh Ngọc Diễm Quỳnh"
LONGEST_PLACE = "Trạm Y tế xã Nghĩa Trung, thị trấn Phước Long, tỉnh Bà Rịa – Vũng Tàu"
HOSTILE = [
    '#import "/etc/passwd": *',
    "]#panic()",
    '#eval("1+1")',
    "$x$ @ref <l>",
    "*b* _i_ `c`",
    "\\ // /* */",
    "“'\"<&>",
]
CARD = specimens()[0]._replace(number="0790••••1234", name_latin="NGUYEN VAN AN")


def words(document: bytes) -> str:
    """Text of all pages, on one line; what only allows a break is left out."""
    opened = pdfium.PdfDocument(document)
    found = " ".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
    return unicodedata.normalize("NFC", " ".join(found.replace("\u200b", "").split()))


def count_of_pages(document: bytes) -> int:
    opened = pdfium.PdfDocument(document)
    count = len(opened)
    opened.close()
    return count


def test_a_page_says_what_the_card_says_and_its_code_reads() -> None:
    made = draw([CARD], form="a4")
    text = words(made)
    said = [
        *("Nguyễn Văn An", "NGUYEN VAN AN", "17/05/1980", "0790••••1234", "2/2", "17/09/2021", "FG3524"),
        *("Trạm Y tế phường Bến Nghé", CARD.identifier, "18/09/2021", "18/09/2022", CARD.verify_at, CARD.correct_at),
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "COVID-19 vaccination certificate"),
    ]
    assert [word for word in said if word not in text] == []
    assert pictures.texts_in(made) == list(CARD.codes)


@pytest.mark.parametrize(
    ("language", "shown", "absent"), [("vi", "Cách kiểm tra", "How to"), ("en", "How to check", "Cách")]
)
def test_in_one_language(language: Language, shown: str, absent: str) -> None:
    text = words(draw([CARD], form="a4", language=language))
    assert shown in text
    assert absent not in text


@pytest.mark.parametrize("form", drawing.FORMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_read_as_markup(form: Form, name: str) -> None:
    dose = PrintedDose(name[:12], name, name[:20], date(2021, 1, 1), name)
    made = draw([CARD._replace(name=name, name_latin=name, number=name, doses=[dose], issuer=name)], form=form)
    assert words(made).replace(" ", "").count(name.replace(" ", "")) >= 3
    assert count_of_pages(made) == 1


def test_what_does_not_print_or_turns_writing_round_is_dropped() -> None:
    assert plain("An\u202eNguyễn\x00\r\n  Văn\ud800", 50) == "AnNguyễn Văn"
    assert plain(unicodedata.normalize("NFD", "Ngữ Ế"), 50) == "Ngữ Ế"
    assert plain("a" * 30, 50).replace("\u200b", "") == "a" * 30
    assert plain("Nguyễn Văn An", 8) == "Nguyễn…"


@pytest.mark.parametrize("form", drawing.FORMS)
def test_the_longest_still_fit_on_their_page(form: Form) -> None:
    doses = [PrintedDose(f"{n}", "mRNA-1273.214 Spikevax (Moderna)", f"LOT-0000-{n}", date(2021, n, 2), LONGEST_PLACE)
             for n in range(1, 10)]  # fmt: skip
    card = CARD._replace(name=LONGEST_NAME, name_latin=plain(LONGEST_NAME, 90).upper(), doses=doses)
    made = draw([card, card], form=form)
    assert count_of_pages(made) == (2 if form == "a4" else 1)
    text = words(made)
    assert LONGEST_NAME in text
    assert "LOT-0000-9" in text  # the latest is never the one that is left out
    assert ("LOT-0000-4" in text) == (form == "a4")
    assert "earlier doses: 3" in text or form == "pocket"


@pytest.mark.parametrize("form", drawing.FORMS)
def test_what_a_demonstration_prints_says_so(form: Form) -> None:
    assert "KHÔNG CÓ GIÁ TRỊ" in words(draw([CARD._replace(specimen=True)], form=form))
    assert "KHÔNG CÓ GIÁ TRỊ" not in words(draw([CARD], form=form))


def test_a_card_a_page_and_five_on_a_sheet() -> None:
    cards = [CARD._replace(name=f"Nguyễn Thị {number}") for number in range(12)]
    assert count_of_pages(draw(cards, form="a4")) == 12
    assert count_of_pages(draw(cards, form="pocket")) == 3
    assert [count_of_pages(part) for part in parts(cards, form="a4", most=5)] == [5, 5, 2]


@pytest.mark.parametrize("form", drawing.FORMS)
def test_chunks_of_a_health_card_are_all_there(form: Form) -> None:
    chunks = [f"shc:/{number}/3/" + "5676290952432060346029243740446031222959532654" * 15 for number in (1, 2, 3)]
    card = specimens()[2]._replace(codes=chunks)
    made = draw([card], form=form)
    assert count_of_pages(made) == (3 if form == "a4" else 1)
    assert pictures.texts_in(made) == chunks
    assert "Mã 2/3" in words(made)
    with pytest.raises(ValueError, match="1 to 10 codes, not 0"):
        draw([card._replace(codes=[])], form=form)


def test_limits_have_sentences() -> None:
    with pytest.raises(ValueError, match="1 to 250 cards, not 0"):
        draw([], form="a4")
    with pytest.raises(ValueError, match=f"not {MOST_CARDS + 1}"):
        draw([CARD] * (MOST_CARDS + 1), form="a4")
    with pytest.raises(ValueError, match="no form"):
        draw([CARD], form="a5")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="too long for a QR code"):
        draw([CARD._replace(codes=["HC1:" + "A" * 4300])], form="a4")


@pytest.mark.parametrize("style", ["Regular", "SemiBold"])
def test_the_fonts_hold_every_letter_of_vietnamese_and_digits_of_one_width(style: str) -> None:
    path = next(drawing.FONTS.glob(f"*-{style}.ttf"))
    font = TTFont(path)
    letters = font.getBestCmap()
    vowels = [base + tone for base in "aăâeêioôơuưy" for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
    wanted = {letter for vowel in vowels for letter in unicodedata.normalize("NFC", vowel)} | set("đ₫–…•·“”")
    for letter in wanted | {letter.upper() for letter in wanted}:
        assert ord(letter) in letters, letter
    assert len({font["hmtx"][f"{letters[ord(digit)]}.tnum"][0] for digit in "0123456789"}) == 1


def test_the_same_cards_make_the_same_pages_whoever_prints() -> None:
    card = Printable(**CARD._asdict())
    assert words(draw([card], form="pocket")) == words(draw([CARD], form="pocket"))
