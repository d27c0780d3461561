"""What sign-in needs from Django; ``config/settings.py`` takes ``APPS``, ``MIDDLEWARE`` and ``SETTINGS`` from here.

Kept beside the room it configures so that a change to sign-in is one change in one place. No import of Django: settings
are read before the apps are ready.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

APPS = ["allauth", "allauth.account", "allauth.mfa"]

# After AuthenticationMiddleware: both ask who is signed in.
MIDDLEWARE = ["lachan.access.middleware.LanguageAndActor", "allauth.account.middleware.AccountMiddleware"]

SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=12)
# What a session holds about itself.
SESSION_SINCE, SESSION_SEEN, SESSION_DEVICE, SESSION_FACTOR = "signed_in_at", "seen_at", "device", "second_factor"

SETTINGS: dict[str, Any] = {
    "AUTH_USER_MODEL": "access.User",
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "/",
    "PASSWORD_HASHERS": ["lachan.access.sign_in.StaffHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": "lachan.access.passwords.NotLeaked"},
    ],
    # Throttling counts in the database, not in the memory of one process: with several web workers an in-process count
    # would allow the limit once per worker and forget it at every restart. Only sign-in touches this cache.
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "access_throttle",
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    },
    "ACCOUNT_ADAPTER": "lachan.access.sign_in.StaffAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_PRESERVE_USERNAME_CASING": False,  # user names are lower case in the table, typed in any case
    "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
    # Station computers are shared: closing the browser signs out, and nobody is asked to be remembered.
    "ACCOUNT_SESSION_REMEMBER": False,
    # A whole district office may sit behind one address, hence the generous number per address; five wrong passwords
    # for one name close that name for five minutes.
    "ACCOUNT_RATE_LIMITS": {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key", "change_password": "5/m/user"},
    # Second factors (allauth.mfa): one-time codes, passkeys, recovery codes.
    "MFA_ADAPTER": "lachan.access.second_factor.FactorAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_TOTP_ISSUER": "Lá Chắn",
    "MFA_TOTP_TOLERANCE": 1,  # half a minute either way: telephones at the stations are not always on time
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # nobody signs in by e-mail here
    "MFA_TRUST_ENABLED": False,  # station computers are shared: no browser is trusted for longer than a session
    "SESSION_ENGINE": "lachan.access.session_store",
    "SESSION_COOKIE_NAME": "lachan_session",
    "SESSION_COOKIE_AGE": int(SESSION_LONGEST.total_seconds()),
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
}
