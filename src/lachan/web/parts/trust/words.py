"""Keys in words: what each is for, how it stands, what is wrong and what to type on the server."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from lachan.certificates.keys.findings import KeyFinding

PURPOSES: dict[str, Any] = {
    "authority": _("Country authority"),
    "hcert": _("Health certificates (EU, WHO)"),
    "shc": _("SMART Health Cards"),
    "domestic": _("Domestic cards"),
    "list": _("Lists we publish"),
}

PLACES: dict[str, Any] = {"disk": _("encrypted on the server"), "pkcs11": _("key module")}

USAGES: dict[str, Any] = {
    "v": _("vaccination"),
    "t": _("test"),
    "r": _("recovery"),
    "s": _("SMART Health Card"),
}

# (tone, word) of a key of ours
STATES: dict[str, tuple[str, Any]] = {
    "signs": ("done", _("signs")),
    "waits": ("waiting", _("published, signs later")),
    "verifies": ("unknown", _("signs no more, still verifies")),
    "retired": ("unknown", _("retired, still verifies")),
    "ended": ("unknown", _("certificate ended")),
    "compromised": ("stop", _("compromised, not believed")),
}

# (tone, word) of a key of others
TRUSTED: dict[str, tuple[str, Any]] = {
    "listed": ("done", _("believed")),
    "ended": ("question", _("certificate ended")),
    "gone": ("unknown", _("gone from the list")),
    "refused": ("stop", _("refused by us")),
}

KINDS = {"wrong": "stop", "warn": "question", "note": "waiting"}

_SENTENCES: dict[str, Any] = {
    "no_signer": _("%(what)s: no key signs today"),
    "ends_soon": _("%(label)s signs for %(days)s more days, until %(until)s"),
    "authority_ends_soon": _("%(label)s signs certificates for %(days)s more days, until %(until)s"),
    "successor_waits": _("%(label)s takes over on %(until)s"),
    "key_missing": _("The file of %(label)s is not on this server"),
    "key_unreadable": _("The file of %(label)s cannot be read"),
    "passphrase_wrong": _("The passphrase does not open %(label)s"),
    "passphrase_missing": _("No passphrase is set, so %(label)s cannot be opened"),
    "key_open": _("Others may read the file of %(label)s on the server"),
    "module_away": _("The key module does not answer for %(label)s"),
    "module_lacks_key": _("The key module does not hold the key of %(label)s"),
    "list_old": _("The list %(source)s is %(days)s days old"),
    "keys_expired": _("%(count)s keys of the list %(source)s have ended"),
}

_REMEDIES: dict[str, Any] = {
    "no_signer": _("Cards wait until there is a key. On the server:"),
    "ends_soon": _("Make its successor now; it is published two days before it signs. On the server:"),
    "authority_ends_soon": _("Make the next authority now. On the server:"),
    "successor_waits": _("Verifiers know it by then. Nothing to do."),
    "key_missing": _("Copy it from the backup or from another server. If it is lost, on the server:"),
    "key_unreadable": _("Let the service own the file, or bring it back from the backup."),
    "passphrase_wrong": _("Set signing_passphrase to the one the key was made with, and start again."),
    "passphrase_missing": _("Set signing_passphrase, and start again."),
    "key_open": _("Take the right to read away from everybody but the service. On the server:"),
    "module_away": _("Look whether the module runs, and at pkcs11_module, pkcs11_token and pkcs11_pin."),
    "module_lacks_key": _("Name the right token in pkcs11_token. If the key is lost, on the server:"),
    "list_old": _("Cards of those countries are judged by old knowledge. Fetch the list again; on the server:"),
    "keys_expired": _("Cards signed by them are refused. Fetch a newer list."),
}

_COMMANDS = {
    "no_signer": "lachan certificates keys create {purpose}",
    "ends_soon": "lachan certificates keys rotate {purpose}",
    "authority_ends_soon": "lachan certificates keys create authority",
    "key_missing": "lachan certificates keys rotate {purpose}",
    "module_lacks_key": "lachan certificates keys rotate {purpose}",
    "key_open": "chmod 600 {path}",
    "list_old": "lachan certificates trust import FILE --source {source}",
}


class Shown(NamedTuple):
    """A finding in the reader's language. ``kind``: stop, question or waiting; ``command`` may be empty."""

    kind: str
    title: str
    text: str
    command: str


def shown(finding: KeyFinding) -> Shown:
    """What is wrong, and what to do."""
    params = {**finding.params, "what": PURPOSES.get(finding.params.get("purpose", ""), "")}
    command = _COMMANDS.get(finding.code, "").format(**finding.params)
    title = str(_SENTENCES[finding.code]) % params
    return Shown(KINDS[finding.state], title, str(_REMEDIES[finding.code]), command)
