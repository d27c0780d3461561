"""Sentences of this room's reason codes: what happened and what to do. ``params`` fill the names."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: Mapping[str, str | Promise] = {
    "not_allowed": _("Your role may not do this. Ask the administrator of your area."),
    "out_of_scope": _("This lies outside your area. Ask the administrator of that area."),
    "username_malformed": _(
        "%(username)s cannot be a user name. Use 3 to 60 letters a to z, digits, dots, hyphens or underscores."
    ),
    "username_taken": _("The user name %(username)s is taken. Choose another."),
    "name_missing": _("A name is missing. Give the name people will read."),
    "language_unknown": _("%(language)s is not a language of Lachan. Choose vi or en."),
    "password_weak": _("The password is too easy to guess. %(why)s"),
    "needs_two": _("This takes two administrators: one asks, another confirms."),
    "own_account": _("Nobody decides about their own account. Ask another administrator."),
    "same_person": _("Whoever asked cannot confirm. Another administrator of this area must do it."),
    "reason_missing": _("Say why, in a few words. The other administrator and the user will read it."),
    "too_late": _("Nobody confirmed within 24 hours. Ask again."),
    "already_decided": _("This has been decided already. Reload the page to see how."),
    "unknown_request": _("There is no such request. It may have been withdrawn."),
    "signed_in_before": _("This account has signed in before. A new password takes two administrators."),
    "code_wrong": _(
        "User name and code do not fit, or the code was used or is too old. Ask your administrator for another."
    ),
    "unknown_session": _("This device is signed out already."),
    "unknown_user": _("There is no such user. Check the user name."),
    "unknown_key": _("There is no such key. Check its prefix."),
    "unknown_grant": _("There is no such grant. It may belong to another user."),
    "unknown_facility": _("There is no such facility. Check its code."),
    "facility_code_malformed": _("%(code)s cannot be a code. Use 2 to 20 letters without accents, digits or hyphens."),
    "facility_code_taken": _("Another facility has the code %(code)s. Choose another."),
    "facility_kind_unknown": _("A facility is a station or a hospital."),
    "facility_needs_commune": _("A facility stands in a commune. Choose the commune."),
    "file_too_large": _("The file is larger than 4 MB. Split it."),
    "file_not_text": _("The file is no CSV text. Save it as “CSV UTF-8” and upload it again."),
    "file_empty": _("There are no rows under the names of the columns."),
    "column_unknown": _("There is no column %(column)s. Known are: %(known)s."),
    "column_missing": _("The column %(column)s is missing. Take the template and fill it in."),
    "column_twice": _("The column %(column)s stands twice. Remove one."),
    "too_many_rows": _("The file has more than %(most)s rows. Split it."),
    "cell_too_long": _("Row %(row)s, column %(column)s: the text is too long."),
    "date_malformed": _("%(value)s is no date. Write 16/10/2021 or 2021-10-16."),
    "place_unknown": _("No facility or area has the code %(code)s."),
    "unknown_upload": _("There is no such file of yours. Upload it again."),
    "upload_too_old": _(
        "The file was uploaded more than a day ago. Upload it again, so that you see what it does today."
    ),
    "unknown_alert": _("There is no such alert."),
    "limit_out_of_range": _("A limit lies between %(low)s and %(high)s."),
    "unknown_area": _("There is no such area. Check its code and the date."),
    "unknown_role": _("%(role)s is not a role."),
    "role_is_for_people": _("The role %(role)s is for people. A key is a station device or a partner."),
    "role_is_for_keys": _("The role %(role)s is for keys. Choose a role for people."),
    "role_needs_place": _("A role is held at one facility or in one area: give exactly one of them."),
    "role_needs_facility": _("The role %(role)s is held at a facility. Give the facility's code."),
    "role_needs_area": _("The role %(role)s is held in an area. Give the area's code."),
    "wrong_level": _("The role %(role)s belongs to another level: commune, district, province or the nation."),
    "dates_reversed": _("The last day lies before the first. Correct the dates."),
    "kind_unknown": _("A key is of kind device or partner."),
    "expiry_out_of_range": _("A key lasts 400 days at most. Choose another last day."),
}

# What administrators did to an account, for its owner.
WHAT_HAPPENED: Mapping[str, str | Promise] = {
    "password": _("Your password was reset."),
    "factor": _("Your second factor was taken off."),
    "both": _("Your password was reset and your second factor taken off."),
    "administrator": _("You were made an administrator."),
    "first": _("Your account was opened."),
}
