import pytest

from lachan.people.cards import Card, CardProblem, parse_card
from lachan.people.identifiers import check, citizen_id_facts, detect, mask, normal_phone, one_slip_apart


@pytest.mark.parametrize(
    ("system", "value", "normal"),
    [
        ("citizen_id", "001099012345", "001099012345"),
        ("citizen_id", " 079 099 012-345 ", "079099012345"),
        ("citizen_id", "101203012345", "101203012345"),  # born abroad
        ("old_id", "012345678", "012345678"),
        ("health_insurance", "dn4790123456789", "DN4790123456789"),
        ("health_insurance", "0123456789", "0123456789"),
        ("passport", "c1234567", "C1234567"),
        ("provisional", "tam-7k3m9q", "TAM-7K3M9Q"),
        ("phone", "+84 836 780 354", "0836780354"),
    ],
)
def test_a_good_number_has_one_stored_form(system: str, value: str, normal: str) -> None:
    assert check(system, value) == (True, normal, "")


@pytest.mark.parametrize(
    ("system", "value", "reason"),
    [
        ("citizen_id", "", "empty"),
        ("citizen_id", "79099012345", "leading_zero_lost"),
        ("citizen_id", "1099012345", "leading_zero_lost"),
        ("citizen_id", "0010990123456", "wrong_length"),
        ("citizen_id", "00109901234O", "letters"),
        ("citizen_id", "000099012345", "unknown_province"),
        ("citizen_id", "097099012345", "unknown_province"),
        ("citizen_id", "901099012345", "unknown_province"),
        ("citizen_id", "001499012345", "impossible_birth_year"),
        ("citizen_id", "٠٠١٠٩٩٠١٢٣٤٥", "letters"),
        ("old_id", "12345678", "leading_zero_lost"),
        ("old_id", "1234567890", "wrong_length"),
        ("health_insurance", "DN6790123456789", "wrong_form"),
        ("health_insurance", "DN479", "wrong_length"),
        ("passport", "12345678", "wrong_form"),
        ("provisional", "TAM-1", "wrong_form"),
        ("phone", "0123456789", "not_mobile"),
        ("phone", "không có", "letters"),
        ("library_card", "1", "unknown_system"),
    ],
)
def test_a_malformed_number_has_a_reason(system: str, value: str, reason: str) -> None:
    found = check(system, value)
    assert (found.ok, found.reason) == (False, reason)


def test_a_lost_zero_is_guessed_but_not_accepted() -> None:
    assert check("citizen_id", "79099012345").normal == "079099012345"
    assert check("citizen_id", "1099012345").normal == "001099012345"


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("001099012345", ("001", "M", 1999)),
        ("079188605352", ("079", "F", 1988)),
        ("002212570385", ("002", "M", 2012)),
        ("042311811716", ("042", "F", 2011)),
        ("12345", None),
    ],
)
def test_what_a_citizen_id_says(value: str, facts: tuple[str, str, int] | None) -> None:
    assert citizen_id_facts(value) == facts


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0836780354", "0836780354"),
        ("+84836780354", "0836780354"),
        ("84836780354", "0836780354"),
        ("0084 836 780 354", "0836780354"),
        ("816909823", "0816909823"),
        ("0365.319.863", "0365319863"),
        ("01654002537", "0354002537"),
        ("01232006082", "0832006082"),
        ("01280310936", "0780310936"),
        ("02438262525", "02438262525"),
        ("0000000000", ""),
        ("12", ""),
    ],
)
def test_a_phone_has_one_form(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("001099012345", "citizen_id"),
        ("012345678", "old_id"),
        ("0836780354", "phone"),
        ("0123456789", "health_insurance"),
        ("HS4010123456789", "health_insurance"),
        ("B1234567", "passport"),
        ("TAM-7K3M9Q", "provisional"),
        ("001099012345||Nguyễn Văn A", "card"),
        ("Nguyễn Thị Mai", "name"),
        ("  ", "empty"),
    ],
)
def test_what_was_typed_is_told_apart_by_its_form(text: str, kind: str) -> None:
    assert detect(text) == kind


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("079012341234", "0790••••1234"),
        ("012345678", "••••••678"),
        ("0836780354", "•••••••354"),
        ("12", "••"),
        ("", ""),
    ],
)
def test_a_masked_number_keeps_its_length_and_little_else(value: str, masked: str) -> None:
    assert mask(value) == masked


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("038304905407", "038340905407", True),
        ("074312169560", "074312169567", True),
        ("074312169560", "074312169560", False),
        ("074312169560", "074312169577", False),
        ("074312169560", "07431216956", False),
    ],
)
def test_one_slip(a: str, b: str, near: bool) -> None:
    assert one_slip_apart(a, b) is one_slip_apart(b, a) is near


CHIP = "001099012345|012345678|Nguyễn Văn A|01021999|Nam|Số 1 Phố X, Phúc Xá, Ba Đình, Hà Nội|15042021"


def _chip(text: str) -> Card:
    card = parse_card(text)
    assert isinstance(card, Card), card
    return card


def test_the_chip_card() -> None:
    card = _chip(CHIP)
    assert (card.kind, card.citizen_id, card.old_id, card.full_name) == (
        "chip",
        "001099012345",
        "012345678",
        "Nguyễn Văn A",
    )
    assert card.birth_date is not None
    assert card.birth_date.isoformat() == "1999-02-01"
    assert (card.birth_precision, card.sex) == ("D", "M")
    assert card.issued_on is not None
    assert card.issued_on.isoformat() == "2021-04-15"


def test_the_chip_card_without_old_number_or_with_fields_of_the_future() -> None:
    assert _chip(CHIP.replace("|012345678|", "|")) == _chip(CHIP.replace("|012345678|", "||"))
    assert _chip(CHIP + "|||Nguyễn Văn Cha|Trần Thị Mẹ") == _chip(CHIP)
    assert _chip("\ufeff" + CHIP + "\r\n") == _chip(CHIP)


def test_a_birth_year_alone_keeps_its_precision() -> None:
    card = _chip(CHIP.replace("01021999", "00001999"))
    assert card.birth_date is not None
    assert (card.birth_date.year, card.birth_precision) == (1999, "Y")


def test_the_health_insurance_card() -> None:
    name, address = "Lê Thị Bình".encode().hex().upper(), "Xã Phú Thọ".encode().hex()
    card = _chip(f"TE1790123456789|{name}|12/03/2015|2|{address}|79 - 024|01/01/2021|-|01/01/2021|x|4|$")
    assert (card.kind, card.insurance_number, card.full_name, card.sex) == (
        "insurance",
        "TE1790123456789",
        "Lê Thị Bình",
        "F",
    )
    assert card.address == "Xã Phú Thọ"
    assert _chip(f"0123456789|{name}|2015|1|{address}|79 - 024|01/01/2021|-|$").birth_precision == "Y"


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("001099012345", "citizen_id", "001099012345"),
        ("012345678", "old_id", "012345678"),
        ("0836 780 354", "phone", "0836780354"),
        ("TE1790123456789", "insurance_number", "TE1790123456789"),
        ("C1234567", "passport", "C1234567"),
        ("TAM-7K3M9Q", "provisional", "TAM-7K3M9Q"),
    ],
)
def test_a_typed_number_becomes_a_card_of_one_field(typed: str, field: str, value: str) -> None:
    card = _chip(typed)
    assert (card.kind, getattr(card, field)) == ("typed", value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("x" * 5000, "too_long"),
        ("001099012345|Nguyễn Văn A", "too_few_fields"),
        (CHIP.replace("001099012345", "01099012345"), "leading_zero_lost"),
        (CHIP.replace("01021999", "31021999"), "bad_birth_date"),
        (CHIP.replace("Nguyễn Văn A", ""), "bad_name"),
        ("TE1790123456789|zz|2015|1|00|79 - 024", "bad_hex"),
        ("DN9790123456789|41|2015|1|41|79 - 024", "wrong_form"),
        ("Nguyễn Văn A", "not_a_number"),
        ("79099012345", "leading_zero_lost"),
    ],
)
def test_an_unreadable_code_is_a_named_problem(text: str, reason: str) -> None:
    problem = parse_card(text)
    assert isinstance(problem, CardProblem)
    assert problem.reason == reason
