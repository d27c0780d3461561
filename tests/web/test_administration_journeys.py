"""Second factors in a real browser: codes from an app, and a passkey of the device, under the strict content policy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access import operations, scopes
from tests import browsing

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def site(committed: None, django_db_blocker: Any, settings: Any) -> Iterator[str]:
    """The house as it is outside of a demonstration's ease: second factors are asked for. At ``localhost``, where
    browsers allow passkeys without https."""
    settings.LACHAN_SECOND_FACTOR = True
    with django_db_blocker.unblock():
        cache.clear()
        scopes.forget()
        operations.create_demo_users(timezone.now())
        with browsing.served("localhost") as address:
            yield address


@pytest.fixture
def page(site: str) -> Iterator[Page]:
    """A browser with an authenticator of its own; a script error or breach of the policy fails the test."""
    faults: list[str] = []
    with browsing.browser() as browser:
        context = browser.new_context(base_url=site, locale="vi-VN")
        opened = browsing.watched(context.new_page(), faults)
        wire = context.new_cdp_session(opened)
        wire.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        wire.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        yield opened
    assert faults == []


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", operations.DEMO_PASSWORD)
    page.press("#id_password", "Enter")


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.click("form[data-forget] button[type=submit]:visible")
    page.wait_for_url("**/accounts/login/")


def test_an_officer_makes_a_passkey_and_signs_in_with_it_alone(page: Page) -> None:
    sign_in(page, "district")
    page.wait_for_url("**/accounts/security/")
    page.click('a[href="/accounts/passkeys/add/"]')
    page.fill("#id_name", "Máy ở phòng")
    page.click("form[data-passkey=create] button[type=submit]")
    page.wait_for_url("**/accounts/second-factor/recovery/")
    expect(page.locator(".factor-codes li")).to_have_count(10)
    page.goto("/worklist/")
    expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith("/worklist/")
    sign_out(page)
    page.click("form[data-passkey=sign-in] button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/accounts/security/")
    expect(page.get_by_text("Máy ở phòng")).to_be_visible()
    sign_out(page)
    sign_in(page, "district")  # with the password the passkey is asked for as the second factor
    page.wait_for_url("**/accounts/second-factor/ask/")
    page.click("form[data-passkey=get] button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_an_auditor_sets_up_codes_and_is_asked_for_one(page: Page) -> None:
    sign_in(page, "auditor")
    page.wait_for_url("**/accounts/security/")
    page.click('a[href="/accounts/second-factor/codes/"]')
    expect(page.locator(".factor-code img")).to_be_visible()
    assert page.evaluate("document.querySelector('.factor-code img').naturalWidth") > 0
    secret = page.inner_text(".factor-key")
    page.fill("#id_code", _code(secret))
    page.press("#id_code", "Enter")
    page.wait_for_url("**/accounts/second-factor/recovery/")
    recovery = page.inner_text(".factor-codes li:first-child code")
    sign_out(page)
    sign_in(page, "auditor")
    page.wait_for_url("**/accounts/second-factor/ask/")
    page.fill("#id_code", recovery)
    page.press("#id_code", "Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
