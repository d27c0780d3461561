"""The doors of signing in and out, of second factors, and of the way back in."""

from __future__ import annotations

from .doors import Door, everyone, signed_in

DOORS: dict[str, Door] = {
    "GET account_login": everyone("nobody could sign in otherwise"),
    "POST account_login": everyone("nobody could sign in otherwise; throttled").sending(login="x", password="y"),
    "GET account_logout": everyone("asks a visitor nothing and sends them to sign in"),
    "POST account_logout": everyone("signing out twice does no harm"),
    "GET account_change_password": signed_in(),
    "POST account_change_password": signed_in(),
    # second factors, devices, the way back in: everyone's own
    "GET account_recover": everyone("whoever lost a password has no session; the code is the key; throttled"),
    "POST account_recover": everyone("as above").sending(username="x", code="y", password="z", again="z"),
    "GET account_reauthenticate": signed_in(),
    "POST account_reauthenticate": signed_in().sending(password="x"),
    "GET mfa_authenticate": everyone("the second step of signing in; without the first it leads back to it"),
    "POST mfa_authenticate": everyone("as above; throttled").sending(code="000000"),
    "GET mfa_login_webauthn": everyone("signing in with a passkey; throttled"),
    "POST mfa_login_webauthn": everyone("as above").sending(credential="{}"),
    "GET mfa_index": signed_in(),
    "POST device-end": signed_in(),
    "GET mfa_activate_totp": signed_in(),
    "POST mfa_activate_totp": signed_in().sending(code="000000"),
    "GET mfa_reauthenticate": signed_in(),
    "POST mfa_reauthenticate": signed_in().sending(code="000000"),
    "GET mfa_reauthenticate_webauthn": signed_in(),
    "POST mfa_reauthenticate_webauthn": signed_in().sending(credential="{}"),
    "GET mfa_generate_recovery_codes": signed_in(),
    "POST mfa_generate_recovery_codes": signed_in(),
    "GET mfa_add_webauthn": signed_in(),
    "POST mfa_add_webauthn": signed_in().sending(credential="{}"),
    "GET mfa_deactivate_totp": signed_in(),
    "POST mfa_deactivate_totp": signed_in(),
    "GET mfa_view_recovery_codes": signed_in(),
    "GET mfa_remove_webauthn": signed_in(),
    "POST mfa_remove_webauthn": signed_in(),
}
