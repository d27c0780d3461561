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
}
