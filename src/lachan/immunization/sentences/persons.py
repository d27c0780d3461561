"""Reasons about who a person is."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "person_unknown": _(
        "Nobody is known by this number. The command is kept; register the person, then resolve it from the list."
    ),
    "person_id_taken": _("This person id belongs to somebody else. Register under a new id."),
    "card_unreadable": _("The card could not be read. Scan it again or type the number."),
    "name_malformed": _("The name is empty or too long. Type it as on the papers."),
    "sex_unknown": _("Sex must be M, F or U (not known)."),
    "birth_date_malformed": _(
        "The birth date must be a year, a month or a day that has been: YYYY, YYYY-MM or YYYY-MM-DD."
    ),
    "too_many_numbers": _("At most %(most)s numbers, contacts or guardians can be sent with a person."),
    "identifier_system_unknown": _("The kind of number %(system)s is not known."),
    "identifier_malformed": _(
        "The number is not as such a number is written. Look at the card: 12 digits for the citizen card, 9 "
        "for the old one."
    ),
    "contact_malformed": _("The phone number or e-mail address is not written as one. Correct it or leave it out."),
    "residence_unknown": _("The commune code %(code)s is not known. Choose the commune from the list."),
    "identifier_conflict": _(
        "The number belongs to someone with another name and birth date. A provisional record was made; "
        "compare the papers."
    ),
    "possible_match": _("Somebody known may be the same person. A provisional record was made; compare the two."),
    "same_record": _("The two are one record already. Nothing is left to be done."),
    "not_your_person": _(
        "Nobody concerned lives in your area or was received at your station. Ask the commune or the station that "
        "knows the person."
    ),
    "trusted_numbers_differ": _(
        "Each of the two has a number of its own that belongs to one person only. Such records are never made one by "
        "machine; a person compares the papers and decides."
    ),
    "merge_doses_differ": _(
        "On %(given_on)s one record has %(product)s and the other %(other_product)s. One of the two is wrong: look at "
        "the papers and void or correct that dose, then send this again."
    ),
    "merge_unknown": _("There is no such merge. Look at the list of merges."),
    "merge_undone": _("This merge was undone already. Nothing is left to be done."),
    "merged_again": _(
        "Another merge of %(merged_on)s was built on this one. Undo that one first; it stands in the list of merges."
    ),
    "identifier_of_other": _(
        "The number belongs to another record. Compare the two: they are one person, or one number is wrong."
    ),
    "identifier_not_held": _("The person does not have this number. Look at the record again."),
    "trusted_number_held": _(
        "The person has another number of this kind, and only one can be right. End the wrong one in the same step."
    ),
    "born_after_dose": _(
        "A dose was given on %(given_on)s, before this birth date. Correct the dose first, or the date."
    ),
    "died_before_dose": _("A dose was given on %(given_on)s, after this day. Correct the dose first, or the day."),
    "death_date_malformed": _("The day of death must be a day that has been."),
}
