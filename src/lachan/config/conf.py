"""Configuration: environment variables over one TOML file, checked when the process starts.

Every setting is a field of :class:`Conf`; ``LACHAN_<NAME>`` in the environment wins over ``<name>`` in the file named
by ``LACHAN_CONFIG`` (default ``lachan.toml`` in the working directory). Unknown or malformed settings stop the start.
"""

from __future__ import annotations

import base64
import difflib
import os
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

# The demonstration's keys are public by intent and only ever used with invented people.
DEMO_SECRET = "lachan-demonstration-only-not-a-secret-000000000000000000"
DEMO_SEAL_KEY = base64.b64encode(b"lachan demonstration seal key 00").decode()
DEMO_BLIND_KEY = base64.b64encode(b"lachan demonstration blind key 0").decode()
DEMO_SIGNING_PASSPHRASE = "lachan demonstration signing passphrase"

BOUNDS = {
    "port": (1, 65_535),
    "web_workers": (1, 64),
    "web_threads": (1, 64),
    "statement_timeout_ms": (100, 600_000),
    "demo_people": (1_000, 5_000_000),
    "message_rate": (1, 1_000_000),
    "smtp_port": (1, 65_535),
    "trusted_proxies": (0, 10),
    "campaign_share": (1, 100),
}


class ConfigurationError(SystemExit):
    """A setting is unknown, missing or malformed; the message names it and says what it takes."""

    def __init__(self, message: str) -> None:
        super().__init__(f"configuration: {message}")


@dataclass(frozen=True)
class Conf:
    """All settings of an installation. Secrets have no default outside the demonstration."""

    demo: bool = field(
        default=True, metadata={"help": "demonstration: invented people, public keys, a banner on every page"}
    )
    data_dir: Path = field(default=Path("var"), metadata={"help": "where the embedded database and local files live"})
    database_url: str = field(
        default="", metadata={"help": "postgresql://… of a server (16 or newer); empty: embedded"}
    )
    secret_key: str = field(default="", metadata={"help": "signs sessions; 50 or more random characters"})
    seal_keys: str = field(default="", metadata={"help": "id:base64 of 32 bytes, comma separated, newest first"})
    blind_key: str = field(
        default="", metadata={"help": "base64 of 32 bytes, never changed: blind indexes depend on it"}
    )
    hosts: str = field(default="localhost,127.0.0.1,[::1]", metadata={"help": "host names served, comma separated"})
    address: str = field(default="127.0.0.1", metadata={"help": "address the web server listens on"})
    port: int = field(default=8000, metadata={"help": "port the web server listens on"})
    web_workers: int = field(default=2, metadata={"help": "web worker processes"})
    web_threads: int = field(default=3, metadata={"help": "threads of a web worker; more wait for each other"})
    https: bool = field(default=False, metadata={"help": "served over https: secure cookies and HSTS"})
    trusted_proxies: int = field(
        default=0,
        metadata={
            "help": "proxies in front that add to X-Forwarded-For; limits count by the address before them. 0: none is "
            "believed, and behind a proxy everybody has its address"
        },
    )
    public_url: str = field(
        default="", metadata={"help": "where people reach this installation, https://…; empty: from hosts and port"}
    )
    time_zone: str = field(default="Asia/Ho_Chi_Minh", metadata={"help": "local time of the country"})
    second_factor: str = field(
        default="",
        metadata={
            "help": "required or off; empty: required, in the demonstration off. Only a demonstration may switch it off"
        },
    )
    leaked_passwords: str = field(
        default="", metadata={"help": "filter made by tools/leaked_passwords.py from a larger list; empty: the shipped"}
    )
    log_level: str = field(default="INFO", metadata={"help": "DEBUG, INFO, WARNING or ERROR"})
    demo_people: int = field(default=50_000, metadata={"help": "people made for the demonstration at first start"})
    message_transport: str = field(
        default="file", metadata={"help": "how messages to people leave: file (data_dir/outbox), console or http"}
    )
    message_gateway: str = field(default="", metadata={"help": "https://… of the SMS gateway, for http"})
    message_token: str = field(default="", metadata={"help": "bearer token of the SMS gateway; empty: none is sent"})
    smtp_host: str = field(
        default="", metadata={"help": "mail server; empty: e-mail goes where message_transport file or console says"}
    )
    smtp_port: int = field(default=587, metadata={"help": "port of the mail server"})
    smtp_user: str = field(default="", metadata={"help": "account at the mail server; empty: none is named"})
    smtp_password: str = field(default="", metadata={"help": "password of that account"})
    smtp_tls: str = field(default="starttls", metadata={"help": "starttls, ssl or off (this machine only)"})
    mail_from: str = field(
        default="lachan@localhost", metadata={"help": "sender of e-mail; an address at which somebody reads answers"}
    )
    message_rate: int = field(default=3_000, metadata={"help": "most messages sent in a minute"})
    register_url: str = field(
        default="",
        metadata={"help": "address of the population register, https://…; empty: nobody is asked about"},
    )
    register_key: str = field(default="", metadata={"help": "key we show the population register"})
    country: str = field(default="VN", metadata={"help": "ISO 3166 two-letter code of the country certificates are of"})
    issuer_name: str = field(
        default="", metadata={"help": "who issues certificates, as it stands on them; needed to make signing keys"}
    )
    signing_passphrase: str = field(
        default="", metadata={"help": "opens the signing keys in data_dir/keys; 16 or more characters; not for PKCS#11"}
    )
    pkcs11_module: str = field(default="", metadata={"help": "library of a key module: signing keys stay inside it"})
    pkcs11_token: str = field(default="", metadata={"help": "label of the module's token"})
    pkcs11_pin: str = field(default="", metadata={"help": "user PIN of the token"})
    campaign_share: int = field(
        default=70, metadata={"help": "target of the campaign: percent of the population fully vaccinated"}
    )
    campaign_until: str = field(default="2022-03-31", metadata={"help": "the day by which it is to be reached"})
    campaign_source: str = field(
        default="3355/QĐ-BYT, 8/7/2021",
        metadata={"help": "number and day of the decision that sets it, as pages cite it"},
    )
    statement_timeout_ms: int = field(default=30_000, metadata={"help": "longest a statement of the web may run"})

    @property
    def public_address(self) -> str:
        """Where people reach this installation, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = self.hosts.split(",")[0].strip()
        return f"https://{host}" if self.https else f"http://{host}:{self.port}"

    @property
    def seal_key_ring(self) -> tuple[tuple[str, bytes], ...]:
        """(key id, key) newest first; the first seals, all unseal."""
        ring = []
        for part in self.seal_keys.split(","):
            name, colon, text = part.strip().partition(":")
            if not colon or not name:
                raise ConfigurationError("seal_keys takes id:base64 of 32 bytes, comma separated, newest first")
            ring.append((name, _key(text, "seal_keys")))
        return tuple(ring)

    @property
    def blind_key_bytes(self) -> bytes:
        return _key(self.blind_key, "blind_key")


def load(environ: Mapping[str, str] | None = None) -> Conf:
    """Read and check the configuration; raises :class:`ConfigurationError` that names the setting."""
    environ = os.environ if environ is None else environ
    known = {entry.name: entry for entry in fields(Conf)}
    given: dict[str, object] = {}
    path = Path(environ.get("LACHAN_CONFIG", "lachan.toml"))
    if path.exists():
        try:
            given.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{path} is not TOML: {error}") from None
    elif "LACHAN_CONFIG" in environ:
        raise ConfigurationError(f"LACHAN_CONFIG names {path}, which does not exist")
    if environ.get("DATABASE_URL"):
        given["database_url"] = environ["DATABASE_URL"]
    for key, value in environ.items():
        if key.startswith("LACHAN_") and key not in ("LACHAN_CONFIG", "LACHAN_TEST_DATABASE_URL"):
            given[key.removeprefix("LACHAN_").lower()] = value
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"is it {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigurationError(f"unknown setting {name!r}; {hint}")
    conf = Conf(**{name: _convert(name, known[name].type, value) for name, value in given.items()})  # type: ignore[arg-type]
    return _checked(conf)


def _convert(name: str, kind: object, value: object) -> object:
    if kind == "bool":
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("1", "true", "yes", "on"):
            return True
        if str(value).lower() in ("0", "false", "no", "off"):
            return False
        raise ConfigurationError(f"{name} takes true or false, not {value!r}")
    if kind == "int":
        try:
            return int(str(value))
        except ValueError:
            raise ConfigurationError(f"{name} takes a whole number, not {value!r}") from None
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} takes text, not {value!r}")
    return Path(value) if kind == "Path" else value


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        raise ConfigurationError(f"{name} is not base64") from None
    if len(key) != 32:
        raise ConfigurationError(f"{name} must be 32 bytes in base64, this one has {len(key)}")
    return key


def _checked(conf: Conf) -> Conf:
    conf = _with_secrets(conf)
    _check_register(conf)
    _check_mail(conf)
    conf = _with_signing(conf)
    if conf.database_url and urlparse(conf.database_url).scheme not in ("postgres", "postgresql"):
        raise ConfigurationError("database_url must begin with postgresql://")
    if conf.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ConfigurationError(f"log_level takes DEBUG, INFO, WARNING or ERROR, not {conf.log_level!r}")
    conf = _with_second_factor(conf)
    if conf.leaked_passwords and not Path(conf.leaked_passwords).is_file():
        raise ConfigurationError(f"leaked_passwords names {conf.leaked_passwords}, which is no file")
    if conf.message_transport not in ("file", "console", "http"):
        raise ConfigurationError(f"message_transport takes file, console or http, not {conf.message_transport!r}")
    if conf.message_transport == "http" and urlparse(conf.message_gateway).scheme not in ("http", "https"):
        raise ConfigurationError("message_gateway must begin with https:// when message_transport is http")
    if not all(host.strip() for host in conf.hosts.split(",")):
        raise ConfigurationError("hosts takes host names separated by commas, without empty ones")
    try:
        zoneinfo.ZoneInfo(conf.time_zone)
    except (ValueError, KeyError, OSError):  # KeyError: unknown; OSError: a folder of time zones
        raise ConfigurationError(f"time_zone takes a name like Asia/Ho_Chi_Minh, not {conf.time_zone!r}") from None
    try:
        date.fromisoformat(conf.campaign_until)
    except ValueError:
        raise ConfigurationError(f"campaign_until takes a day like 2022-03-31, not {conf.campaign_until!r}") from None
    for name, (low, high) in BOUNDS.items():
        if not low <= getattr(conf, name) <= high:
            raise ConfigurationError(f"{name} must lie between {low} and {high}, not {getattr(conf, name)}")
    return conf


def _check_register(conf: Conf) -> None:
    if not conf.register_url:
        return
    parts = urlparse(conf.register_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("register_url must begin with https:// and name a host")
    if not conf.demo and (parts.scheme != "https" or not conf.register_key):
        raise ConfigurationError("outside the demonstration register_url must be https:// and register_key be set")


def _with_signing(conf: Conf) -> Conf:
    """Outside the demonstration the passphrase may be missing: whoever issues no certificates needs none."""
    if len(conf.country) != 2 or not conf.country.isascii() or not conf.country.isalpha() or not conf.country.isupper():
        raise ConfigurationError(f"country takes two capital letters as VN (ISO 3166-1 alpha-2), not {conf.country!r}")
    if len(conf.issuer_name) > 60:
        raise ConfigurationError(f"issuer_name takes 60 characters at most, this one has {len(conf.issuer_name)}")
    if conf.pkcs11_module and not (conf.pkcs11_token and conf.pkcs11_pin):
        raise ConfigurationError("pkcs11_module needs pkcs11_token and pkcs11_pin")
    if conf.demo:
        return replace(
            conf,
            issuer_name=conf.issuer_name or "Lachan demonstration",
            signing_passphrase=conf.signing_passphrase or DEMO_SIGNING_PASSPHRASE,
        )
    if conf.signing_passphrase == DEMO_SIGNING_PASSPHRASE:
        raise ConfigurationError("signing_passphrase is the demonstration's, which everybody knows")
    if 0 < len(conf.signing_passphrase) < 16:
        raise ConfigurationError("signing_passphrase needs 16 or more characters")
    return conf


def _check_mail(conf: Conf) -> None:
    if conf.smtp_tls not in ("starttls", "ssl", "off"):
        raise ConfigurationError(f"smtp_tls takes starttls, ssl or off, not {conf.smtp_tls!r}")
    here = conf.smtp_host in ("localhost", "127.0.0.1", "::1")
    if conf.smtp_host and conf.smtp_tls == "off" and not here:
        raise ConfigurationError("smtp_tls can be off only where the mail server is this machine: codes travel there")
    if "@" not in conf.mail_from:
        raise ConfigurationError(f"mail_from takes an e-mail address, not {conf.mail_from!r}")


def _with_second_factor(conf: Conf) -> Conf:
    asked = conf.second_factor or ("off" if conf.demo else "required")
    if asked not in ("required", "off"):
        raise ConfigurationError(f"second_factor takes required or off, not {asked!r}")
    if asked == "off" and not conf.demo:
        raise ConfigurationError("second_factor can be off in the demonstration only")
    return replace(conf, second_factor=asked)


def _with_secrets(conf: Conf) -> Conf:
    """The demonstration fills in its public keys; anything else must bring its own."""
    demo = {"secret_key": DEMO_SECRET, "seal_keys": f"demo:{DEMO_SEAL_KEY}", "blind_key": DEMO_BLIND_KEY}
    if conf.demo:
        filled: dict[str, Any] = {name: getattr(conf, name) or value for name, value in demo.items()}
        conf = replace(conf, **filled)
    for name in demo:
        if not getattr(conf, name):
            raise ConfigurationError(f"{name} must be set outside the demonstration (LACHAN_{name.upper()})")
    keys = {"blind_key": {conf.blind_key_bytes}, "seal_keys": {key for _, key in conf.seal_key_ring}}
    if not conf.demo:
        public = {base64.b64decode(DEMO_SEAL_KEY), base64.b64decode(DEMO_BLIND_KEY)}
        for name, found in keys.items():
            if found & public:
                raise ConfigurationError(f"{name} holds a key of the demonstration, which everybody knows")
        if conf.secret_key == DEMO_SECRET:
            raise ConfigurationError("secret_key is the demonstration's, which everybody knows")
        if len(conf.secret_key) < 50:
            raise ConfigurationError(f"secret_key needs 50 or more characters, this one has {len(conf.secret_key)}")
    return conf
