"""Settings as an operator writes them: a wrong one stops the start and is named."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.conf import settings

from lachan.config.conf import (
    DEMO_BLIND_KEY,
    DEMO_SEAL_KEY,
    DEMO_SECRET,
    DEMO_SIGNING_PASSPHRASE,
    ConfigurationError,
    load,
)

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()
REAL = {
    "LACHAN_DEMO": "false",
    "LACHAN_SECRET_KEY": "x" * 50,
    "LACHAN_SEAL_KEYS": f"2026:{KEY}",
    "LACHAN_BLIND_KEY": OTHER,
}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_with_nothing_set_it_is_the_demonstration() -> None:
    conf = load({})
    assert conf.demo
    assert conf.secret_key == DEMO_SECRET
    assert conf.seal_key_ring[0][0] == "demo"
    assert conf.port == 8000


def test_an_installation_with_keys_of_its_own_starts() -> None:
    conf = load(REAL)
    assert not conf.demo
    assert conf.blind_key_bytes == bytes(range(1, 33))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"LACHAN_PROT": "80"}, "unknown setting 'prot'; is it 'port'"),
        ({"LACHAN_XYZZY": "1"}, "unknown setting 'xyzzy'; known are"),
        ({"LACHAN_PORT": "http"}, "port takes a whole number, not 'http'"),
        ({"LACHAN_PORT": "70000"}, "port must lie between 1 and 65535, not 70000"),
        ({"LACHAN_WEB_WORKERS": "0"}, "web_workers must lie between"),
        ({"LACHAN_HTTPS": "perhaps"}, "https takes true or false, not 'perhaps'"),
        ({"LACHAN_LOG_LEVEL": "loud"}, "log_level takes"),
        ({"LACHAN_TIME_ZONE": "Asia/Saigonn"}, "time_zone takes"),
        ({"LACHAN_TIME_ZONE": "../etc"}, "time_zone takes"),
        ({"LACHAN_HOSTS": "a,,b"}, "hosts takes"),
        ({"DATABASE_URL": "mysql://x/y"}, "database_url must begin with postgresql://"),
        ({"LACHAN_SEAL_KEYS": "no colon"}, "seal_keys takes id:base64"),
        ({"LACHAN_SEAL_KEYS": "a:%%%"}, "seal_keys is not base64"),
        ({"LACHAN_BLIND_KEY": base64.b64encode(b"short").decode()}, "blind_key must be 32 bytes"),
        ({"LACHAN_SMTP_TLS": "yes"}, "smtp_tls takes starttls, ssl or off, not 'yes'"),
        ({"LACHAN_SMTP_HOST": "mail.gov.vn", "LACHAN_SMTP_TLS": "off"}, "smtp_tls can be off only where"),
        ({"LACHAN_MAIL_FROM": "lachan"}, "mail_from takes an e-mail address"),
        ({"LACHAN_CONFIG": "nowhere.toml"}, "nowhere.toml, which does not exist"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(given)
    assert named in str(caught.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEAL_KEYS", "BLIND_KEY"])
def test_no_secret_has_a_default_outside_the_demonstration(name: str) -> None:
    given = {key: value for key, value in REAL.items() if key != f"LACHAN_{name}"}
    with pytest.raises(ConfigurationError, match=f"{name.lower()} must be set"):
        load(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", DEMO_SECRET),
        ("SEAL_KEYS", f"new:{KEY},old:{DEMO_SEAL_KEY}"),
        ("BLIND_KEY", DEMO_BLIND_KEY),
        ("BLIND_KEY", DEMO_SEAL_KEY),
    ],
)
def test_a_key_of_the_demonstration_is_refused_outside_it(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match="everybody knows"):
        load(REAL | {f"LACHAN_{name}": value})


def test_what_signs_is_named_when_it_is_wrong_and_may_be_missing_where_nothing_is_issued() -> None:
    assert load(REAL).signing_passphrase == ""
    assert load({}).signing_passphrase == DEMO_SIGNING_PASSPHRASE
    for wrong, named in (
        ({"SIGNING_PASSPHRASE": DEMO_SIGNING_PASSPHRASE}, "everybody knows"),
        ({"SIGNING_PASSPHRASE": "too short"}, "16 or more"),
        ({"COUNTRY": "VNM"}, "two capital letters"),
        ({"COUNTRY": "vn"}, "two capital letters"),
        ({"ISSUER_NAME": "x" * 61}, "60 characters"),
        ({"PKCS11_MODULE": "/usr/lib/softhsm/libsofthsm2.so"}, "pkcs11_token"),
    ):
        with pytest.raises(ConfigurationError, match=named):
            load(REAL | {f"LACHAN_{name}": value for name, value in wrong.items()})


def test_whose_word_is_taken_for_an_address_can_be_set() -> None:
    """Behind a proxy everybody would else share one address, and with it the limits of sign-in."""
    assert load({}).trusted_proxies == 0
    assert load({"LACHAN_TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    assert settings.CONF.trusted_proxies == settings.ALLAUTH_TRUSTED_PROXY_COUNT


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "lachan.toml").write_text('port = 9000\nlog_level = "ERROR"\nhttps = true\n', encoding="utf-8")
    conf = load({"LACHAN_PORT": "9001"})
    assert (conf.port, conf.log_level, conf.https) == (9001, "ERROR", True)


@pytest.mark.parametrize(
    ("text", "named"),
    [("port = ", "not TOML"), ("colour = 1", "unknown setting 'colour'"), ("hosts = 3", "hosts takes text"),
     ("[web]\nworkers = 2", "unknown setting 'web'"), ("port = true", "port takes a whole number")],
)  # fmt: skip
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "lachan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load({})
    assert named in str(caught.value)


def test_keys_are_listed_newest_first() -> None:
    conf = load(REAL | {"LACHAN_SEAL_KEYS": f"b:{OTHER}, a:{KEY}"})
    assert [name for name, _ in conf.seal_key_ring] == ["b", "a"]


def test_the_page_of_settings_is_current() -> None:
    from lachan.config.reference import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m lachan.config.reference"
