"""What is wrong with a record, a file, a cell or a row, as a sentence: what happened, why, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Of a record, beside the field it speaks of (people.repair).
PROPOSALS: Final[dict[str, str | Promise]] = {
    "name_capitals": _("The name is all capitals."),
    "name_small_letters": _("The name has no capitals at the beginning of its words."),
    "name_spaces": _("Spaces or letters are stored in an unusual way."),
    "name_signs": _("Figures or signs stand in the name."),
    "name_letters_lost": _("Letters of the name were lost (“?”). Ask for the name."),
    "name_initials": _("The name is shortened to initials. Ask for the whole name."),
    "name_telex": _("Keys of the Telex method were left in the name."),
    "name_family_last": _("The family name stands last."),
    "name_marks_lost": _("The name has lost its marks. Compare with the card."),
    "name_as_other": _("Another record of this person, found right by the register, is written like this."),
    "sex_by_id": _("The number says the other sex, and its birth year %(year)s agrees."),
    "year_by_id": _("The number says the birth year %(year)s."),
    "birth_missing": _("The birth date is missing. Ask for it."),
    "birth_impossible": _("The birth date cannot be. Ask for it."),
    "birth_not_whole": _("Only part of the birth date is known; the register holds the day. Look at the card."),
    "birth_first_of_january": _("1 January is often written where only the year is known. Look at the card."),
    "birth_swapped": _("Day and month are exchanged beside a record that the register found right."),
    "birth_as_other": _("Another record of this person, found right by the register, has this date."),
    "id_spaces": _("Spaces or signs stand in the number."),
    "id_letters": _("Letters stand for figures (O for 0, l for 1)."),
    "id_leading_zero": _("The zero at the beginning was lost, as spreadsheets do."),
    "id_is_old_id": _("This is an old 9-digit number, written into the field of the citizen number."),
    "id_is_citizen_id": _("This is a citizen number, written into the field of the old number."),
    "id_is_phone": _("This is a telephone number."),
    "id_is_insurance": _("This is a health insurance number."),
    "id_digits_repaired": _(
        "Two figures exchanged, or one typed twice: written like this it agrees with sex and birth year."
    ),
    "id_unreadable": _("The number has %(digits)s figures; it should have 12 (or 9, the old one). Look at the card."),
    "id_contradicts": _("The number is of somebody born in %(year)s; sex or year does not agree. Look at the card."),
    "id_of_guardian": _("The number is of somebody %(years)s years older, perhaps a parent. Each child has its own."),
    "id_sex_digit": _("The number says the other sex, but the name agrees with the record. Look at the card."),
    "id_year_digit": _("Or the birth year is right, and one figure of the number is wrong."),
    "id_of_household": _("The number belongs to %(name)s of the same household."),
    "id_of_other": _("The number is also that of %(name)s. Compare the two."),
    "merge_with_number": _("%(name)s, born %(born)s, is there with a number: probably the same person twice."),
    "compare_with_number": _("%(name)s, born %(born)s, is there with a number. Perhaps the same person: compare."),
    "register_says_wrong": _(
        "The register says that name, sex, birth date or number is wrong, and not which. Compare with the card."
    ),
    "no_number": _("There is no citizen number. Ask for the card."),
}

# Of a file as a whole.
FILES: Final[dict[str, str | Promise]] = {
    "file_missing": _("Choose a file first."),
    "file_too_large": _("The file is larger than %(most)s MB. Send the hamlets one by one."),
    "file_too_many_rows": _("The file has more than %(most)s rows. Send the hamlets one by one."),
    "file_too_many_sheets": _("The file has more than %(most)s sheets. Send it in parts."),
    "file_swells": _("The file unpacks to far more than a list of people. Save it anew from Excel and send it again."),
    "file_old_excel": _("This is a file of old Excel (.xls), or one with a password. Save it as .xlsx and send that."),
    "file_not_excel": _("This is no Excel file, or it is damaged. Open it in Excel, save it as .xlsx and send that."),
    "file_no_heads": _(
        "No line with headings was found. The list needs at least the columns Họ và tên, Ngày sinh and Số định danh."
    ),
    "file_empty": _("No row was found below the headings."),
}

# Of a cell, and of a row.
ROWS: Final[dict[str, str | Promise]] = {
    "too_long": _("The text is too long."),
    "formula": _("A formula, or text that begins like one. Type the value itself."),
    "name_unreadable": _("This is no name: letters only, as on the card."),
    "sex_unreadable": _("Write Nam or Nữ."),
    "birth_unreadable": _("Write the date as 17/05/1980."),
    "birth_year_short": _("Write the year with four figures: 17/05/1980."),
    "birth_no_day": _("There is no such day."),
    "birth_future": _("The date has not come yet."),
    "birth_year_impossible": _("Nobody now living was born in that year."),
    "number_unreadable": _("This is no number of a card: 12 figures, or 9 of the old one."),
    "number_wrong_length": _("The number has too few or too many figures: 12 of the card, or 9 of the old one."),
    "number_letters": _("Letters stand in the number."),
    "number_unknown_province": _("No citizen number begins like this. Look at the first three figures."),
    "number_impossible_birth_year": _("No citizen number has this fourth figure. Look at the card again."),
    "number_rounded": _("Excel rounded the number (E+). Format the column as text and type it again."),
    "result_unknown": _("Choose the result from the list."),
    "zero_restored": _("Excel dropped the zero at the beginning; it was put back."),
    "key_changed": _("The key of the row was changed. Take the row anew from the downloaded list."),
    "nobody": _("Nobody of your area fits this row. Download the list anew, or find the person in People."),
    "not_yours": _("This person does not live in your area. Send the row to the commune where they live."),
    "twice": _("The same person stands in row %(other)s of this file as well. Leave one of the two."),
    "perhaps": _("Found by name and birth date only. Choose who it is, or leave the row out."),
    "moved": _("Somebody changed this record after the sheet was made. Look at it again."),
    "nothing": _("Nothing was changed in this row."),
    "before": _("This was carried out before."),
    "changed_since": _("The record was changed again since; correct it one by one."),
}

SENTENCES: Final[dict[str, str | Promise]] = PROPOSALS | FILES | ROWS


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code in the active language; empty for none, the bare code for one without a sentence."""
    if not code:
        return ""
    words = SENTENCES.get(code)
    return str(words) % defaultdict(str, params or {}) if words is not None else code
